"""The similarity of two texts by its definition: what the code that finds near-duplicates is held against."""

from domaintune.science.near_duplicates import shingles


def jaccard(one: str, other: str) -> float:
    """Return the Jaccard similarity (0-1) of two texts' word 5-grams."""
    first, second = set(shingles(one)), set(shingles(other))
    return len(first & second) / len(first | second)
