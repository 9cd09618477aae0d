"""The rows that stages hand to each other, one module a record."""
