"""What every stage stands on: parameters, files, errors, locked libraries, books, and the frame around its work."""
