"""Pure domain functions with cited sources: text, matching, statistics."""
