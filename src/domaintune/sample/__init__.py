"""Composes the starter's raw corpora from grammar.yaml, so that the repository needs no one else's text."""
