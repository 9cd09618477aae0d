"""Scoring one text by a card's criteria: the card, the prompt, and the reading of what a judge replied."""
