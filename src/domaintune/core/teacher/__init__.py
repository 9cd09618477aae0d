"""Teachers and judges: how JSON is asked for and repaired, and the local backends."""
