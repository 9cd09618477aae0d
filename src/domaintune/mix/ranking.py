"""Orders that depend on ids alone, and how much of one to take."""

from collections.abc import Iterable, Sequence

from domaintune.core.stage.files import content_id

ROUNDING = 1e-9  # of two prefixes as near as one another the shorter one is taken, whatever the last bit says


def ranked(purpose: str, names: Iterable[str]) -> list[str]:
    """Return the ids in the order of their hashes, one order a purpose."""
    return sorted(names, key=lambda name: content_id("mix", purpose, name))


def nearest(sizes: Sequence[float], wanted: float) -> int:
    """Return how many of the first sizes add up to what comes nearest to `wanted`."""
    reached = 0.0
    for at, size in enumerate(sizes):
        if abs(reached + size - wanted) > abs(reached - wanted) - ROUNDING:
            return at
        reached += size
    return len(sizes)
