"""Instruction sets in the language they are wanted in: passed through, or translated by the teacher."""
