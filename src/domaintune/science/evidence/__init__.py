"""Scores, tests, intervals and power."""
