"""Exactly what an arm will be trained on: rendered text, token ids and loss mask."""
