"""Foundation models: where they are, what pins them, how they are loaded."""
