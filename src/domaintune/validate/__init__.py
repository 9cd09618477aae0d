"""Validates a table against its suite of expectations, before money is spent on it."""
