"""Benchmarks: every arm's score on every subset, and every two arms on the same questions."""
