"""Compares documents with another export of the same records, field by field."""
