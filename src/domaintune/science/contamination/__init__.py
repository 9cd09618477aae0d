"""Training rows that hold a question the arms are scored on."""
