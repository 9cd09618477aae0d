"""The rows that stages hand to each other."""
