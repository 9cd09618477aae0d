"""Letting every arm answer the same questions, greedily and in a fixed order."""
