"""Selected training rows against random draws of them, k runs each; and a judge's agreement with itself.

Under the null hypothesis the selected set is one more random draw. The standard deviation over the runs on draws holds
the variance of the rows and of the seeds, so that the difference of the two means has a variance of at most
SD² × (1 + 1/k): rows σ²(1 + 1/k), seeds 2σ²/k. The test is exact where the rows make the spread, and careful where the
seeds do; more seeds on the one selected set say nothing of rows, so the spread of the selected runs is not used.
Source: the t interval for one further observation, e.g. Hahn, Meeker 1991, Statistical Intervals, section 4.7.
"""

from collections.abc import Hashable, Iterable, Sequence
from functools import cache
from itertools import combinations
from math import sqrt
from statistics import StatisticsError, correlation, mean
from typing import Literal, NamedTuple

from scipy import stats

from domaintune.core.stage.errors import InputError
from domaintune.science.evidence.clusters import Sample, describe
from domaintune.science.evidence.power import smallest_detectable

Verdict = Literal["gain", "loss", "within the noise of the draws", "not told"]


class AgainstControl(NamedTuple):
    """Selected − random control. What cannot be computed is None, and `why` says so; else `why` is empty."""

    selected: Sample
    control: Sample
    gain: float
    ci_low: float | None
    ci_high: float | None
    t: float | None
    df: int
    p: float | None
    """Two-sided."""
    why: str


def against_control(selected: Sequence[float], control: Sequence[float], alpha: float) -> AgainstControl:
    """Test the mean of the selected runs against the mean and the spread of the draws.

    Raises:
        InputError: a side of fewer than two runs has no spread, or sides of different length.
    """
    k = len(control)
    if len(selected) != k or k < 2:
        raise InputError(f"expected two or more runs a side, as many of both, got {len(selected)} and {k}")
    ours, draws = describe(selected), describe(control)
    gain = ours.mean - draws.mean
    error = (draws.standard_deviation or 0.0) * sqrt(1 + 1 / k)
    if not error:
        return AgainstControl(
            ours, draws, gain, None, None, None, k - 1, None, "all draws gave the same value"
        )
    t, half = gain / error, float(stats.t.isf(alpha / 2, k - 1)) * error
    p = 2 * float(stats.t.sf(abs(t), k - 1))
    return AgainstControl(ours, draws, gain, gain - half, gain + half, t, k - 1, p, "")


def verdict(gain: float, p: float | None, alpha: float) -> Verdict:
    """Judge a difference by the p that is to decide, after whatever correction; without a p nothing is told."""
    if p is None:
        return "not told"
    if p >= alpha:
        return "within the noise of the draws"
    return "gain" if gain > 0 else "loss"


def detectable_gain(deviation: float | None, k: int, alpha: float, power: float) -> float | None:
    """Return the smallest gain that k runs a side find with the wanted power at this spread of the draws."""
    return _detectable(k, alpha, power) * deviation if deviation else None


@cache
def _detectable(k: int, alpha: float, power: float) -> float:
    return smallest_detectable(k, alpha, power) * sqrt(k + 1)


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
