"""Reads a raw source into documents, questions or instructions; repairs what can be proved, quarantines the rest."""
