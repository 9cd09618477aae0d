"""Exact tests of who has which question right, runs on selected rows against random draws, Holm's correction."""

from collections.abc import Sequence
from functools import lru_cache
from math import sqrt
from typing import Literal, NamedTuple

import numpy as np
from scipy import optimize, stats

from domaintune.science.evidence.clusters import SLACK, Sample, describe, number_clusters, sign_flip
from domaintune.science.evidence.power import smallest_detectable

TAIL = 1e-12  # numbers of discordant questions less likely than this are left out of the sum


def mcnemar(a: Sequence[bool], b: Sequence[bool], clusters: Sequence[str] = ()) -> float:
    """Return the exact two-sided p of two models being equally good, by the questions that one alone had right.

    A cluster's sum is a win of one or the other (Fisher's test of signs). Where nothing tells the two apart, p is 1.
    Source: McNemar 1947, Psychometrika 12, 153–157; exact binomial form, e.g. Agresti, Categorical Data Analysis.
    """
    differences = [int(x) - int(y) for x, y in zip(a, b, strict=True)]
    if clusters and int(number_clusters(clusters).max()) + 1 < len(a):
        p = sign_flip(differences, clusters)
        return 1.0 if p is None else p
    decided = len(a) - differences.count(0)
    return float(stats.binomtest(differences.count(1), decided).pvalue) if decided else 1.0


def holm(p_values: Sequence[float]) -> list[float]:
    """Return p-values adjusted for testing several arms (Holm 1979, Scandinavian Journal of Statistics 6, 65–70)."""
    adjusted = [0.0] * len(p_values)
    highest = 0.0
    for rank, i in enumerate(sorted(range(len(p_values)), key=lambda i: p_values[i])):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p_values[i]))
        adjusted[i] = highest
    return adjusted


@lru_cache(maxsize=4096)
def smallest_difference(n: int, discordant: float, alpha: float, power: float) -> float | None:
    """Return the smallest difference in share right that the exact McNemar test finds with the wanted power.

    `discordant`: share of the questions that only one of the two has right, 0–1. None where these are so few that even
    all of them in favour of one would not do.
    Source: Duffy 1984, Biometrics 40, 1005–1015: exact, unconditional, the number of discordant questions is binomial.
    """
    low, high = (int(end) for end in stats.binom.ppf([TAIL, 1 - TAIL], n, discordant))
    counts = np.arange(max(low, 0), high + 1)
    chances, at = stats.binom.pmf(counts, n, discordant), stats.binom.ppf(alpha / 2, counts, 0.5)
    # a p-value of exactly alpha is a rejection, whatever the last bit says
    critical = np.where(stats.binom.cdf(at, counts, 0.5) <= alpha / 2 * (1 + SLACK), at, at - 1)

    def power_at(lean: float) -> float:
        """Return the chance to reject where the better model wins (1 + lean) / 2 of the discordant questions."""
        win = (1 + lean) / 2
        rejects = stats.binom.cdf(critical, counts, win) + stats.binom.sf(counts - critical - 1, counts, win)
        return float(np.sum(chances * rejects))

    if not discordant or power_at(1.0) < power:
        return None
    return discordant * float(optimize.brentq(lambda lean: power_at(lean) - power, 0.0, 1.0))


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
    """Test the mean of the selected runs against the mean and the spread of the draws, k runs each, two or more.

    Under the null hypothesis the selected set is one more random draw. The spread over the draws holds the variance of
    rows and of seeds, so that the difference has a variance of at most SD² × (1 + 1/k): rows σ²(1 + 1/k), seeds 2σ²/k.
    Seeds on one selected set say nothing of rows, so the spread of the selected runs is not used.
    Source: the t interval for one further observation, e.g. Hahn, Meeker 1991, Statistical Intervals, section 4.7.
    """
    k, ours, draws = len(control), describe(selected), describe(control)
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
    return smallest_detectable(k, alpha, power) * sqrt(k + 1) * deviation if deviation else None
