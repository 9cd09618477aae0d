"""Instruction rows from documents, written by a teacher."""
