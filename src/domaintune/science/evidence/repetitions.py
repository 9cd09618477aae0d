"""Selected training rows against random draws of them: k runs on the selected set, k runs on a draw each.

Under the null hypothesis the selected set is one more random draw. The standard deviation over the runs on draws holds
the variance of the rows and of the seeds, so that the difference of the two means has a variance of at most
SD² × (1 + 1/k): rows σ²(1 + 1/k), seeds 2σ²/k. The test is exact where the rows make the spread, and careful where the
seeds do; more seeds on the one selected set say nothing of rows, so the spread of the selected runs is not used.
Source: the t interval for one further observation, e.g. Hahn, Meeker 1991, Statistical Intervals, section 4.7.
"""

from collections.abc import Sequence
from functools import cache
from math import sqrt
from typing import Literal, NamedTuple

from scipy import stats

from domaintune.core.stage.errors import InputError
from domaintune.science.evidence.clusters import Sample, describe
from domaintune.science.evidence.power import smallest_detectable

Verdict = Literal["gain", "loss", "within the noise of the draws", "not told"]


class AgainstChance(NamedTuple):
    """Selected − chance. What cannot be computed is None, and `why` says so; else `why` is empty."""

    selected: Sample
    chance: Sample
    gain: float
    ci_low: float | None
    ci_high: float | None
    t: float | None
    df: int
    p: float | None
    """Two-sided."""
    why: str


def against_chance(selected: Sequence[float], chance: Sequence[float], alpha: float) -> AgainstChance:
    """Test the mean of the selected runs against the mean and the spread of the draws.

    Raises:
        InputError: a side of fewer than two runs has no spread, or sides of different length.
    """
    k = len(chance)
    if len(selected) != k or k < 2:
        raise InputError(f"expected two or more runs a side, as many of both, got {len(selected)} and {k}")
    ours, draws = describe(selected), describe(chance)
    gain = ours.mean - draws.mean
    error = (draws.standard_deviation or 0.0) * sqrt(1 + 1 / k)
    if not error:
        return AgainstChance(
            ours, draws, gain, None, None, None, k - 1, None, "all draws gave the same value"
        )
    t, half = gain / error, float(stats.t.isf(alpha / 2, k - 1)) * error
    p = 2 * float(stats.t.sf(abs(t), k - 1))
    return AgainstChance(ours, draws, gain, gain - half, gain + half, t, k - 1, p, "")


def verdict(gain: float, p: float | None, alpha: float) -> Verdict:
    """Judge a difference by the p that is to decide, after whatever correction; without a p nothing is told."""
    if p is None:
        return "not told"
    if p >= alpha:
        return "within the noise of the draws"
    return "gain" if gain > 0 else "loss"


def detectable_gain(deviation: float | None, k: int, alpha: float, power: float) -> float | None:
    """Return the smallest gain that k runs a side find with the wanted chance at this spread of the draws."""
    return _detectable(k, alpha, power) * deviation if deviation else None


@cache
def _detectable(k: int, alpha: float, power: float) -> float:
    return smallest_detectable(k, alpha, power) * sqrt(k + 1)
