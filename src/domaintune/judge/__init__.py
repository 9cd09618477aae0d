"""The judge compares an arm's answers with its baseline's, not knowing which is which, or scores each by itself."""
