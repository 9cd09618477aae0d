"""Sections of params.yaml that more than one stage reads, one module a section."""
