"""Small leaf modules that the stages share."""
