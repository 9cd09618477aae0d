"""What every stage stands on: parameters, files, errors, locked libraries, accounting, and the frame around its work."""
