"""Foundation models: the starter's tiny ones, or pinned pointers to a hub or local model."""
