"""Instruction sets in the language they are wanted in: passed through, or translated by teacher or endpoint."""
