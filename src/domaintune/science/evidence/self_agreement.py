"""Agreement of a judge with itself, where the same was asked several times with other sampling seeds."""

from collections.abc import Hashable, Iterable, Sequence
from itertools import combinations
from statistics import StatisticsError, correlation, mean
from typing import NamedTuple


class Value(NamedTuple):
    """One value that a judge gave something, of several."""

    name: str
    """Of the criterion."""
    of: Hashable
    """What was asked about."""
    value: float


def self_agreement(values: Iterable[Value]) -> dict[str, dict[str, float]]:
    """Return, for each criterion, how far two values of one thing are from one another, over all pairs of them.

    `mean_absolute_difference` in points, `exact` as the share (0-1) of equal ones, Pearson's `correlation` where both
    vary. A criterion without two values of anything has no entry. The values come in the order they were asked for.
    """
    given: dict[str, dict[Hashable, list[float]]] = {}
    for one in values:
        given.setdefault(one.name, {}).setdefault(one.of, []).append(one.value)
    found = {}
    for name, things in sorted(given.items()):
        couples = [couple for own in things.values() for couple in combinations(own, 2)]
        if couples:
            found[name] = _compared([a for a, _ in couples], [b for _, b in couples])
    return found


def _compared(firsts: Sequence[float], seconds: Sequence[float]) -> dict[str, float]:
    differences = [abs(a - b) for a, b in zip(firsts, seconds, strict=True)]
    figures: dict[str, float] = {
        "pairs": len(differences),
        "mean_absolute_difference": mean(differences),
        "exact": mean(float(difference == 0) for difference in differences),
    }
    try:
        return figures | {"correlation": correlation(firsts, seconds)}
    except StatisticsError:
        return figures  # one pair alone, or one side that does not vary, has none
