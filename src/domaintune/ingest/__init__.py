"""Reads a raw source into documents: repairs what can be proved and quarantines the rest with a reason."""
