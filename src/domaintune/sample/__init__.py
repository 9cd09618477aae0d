"""Composes the starter's raw corpora from phrase tables, so that the repository needs no one else's text."""
