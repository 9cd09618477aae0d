"""Instruction rows without duplicates and leaks, and the questions every arm answers."""
