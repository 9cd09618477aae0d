"""The `domaintune` command."""
