"""What every stage stands on: parameters, files, errors, locked libraries, accounting, the frame around its work."""
