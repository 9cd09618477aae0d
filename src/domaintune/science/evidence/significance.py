"""Exact tests of who has which question right, the difference they could show, and Holm's correction."""

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from scipy import optimize, stats

from domaintune.science.evidence.clusters import SLACK, number_clusters, sign_flip

TAIL = 1e-12  # numbers of discordant questions less likely than this are left out of the sum


class McNemar(NamedTuple):
    """Questions by who had them right, and the exact two-sided p of the two models being equally good."""

    n: int
    clusters: int
    both: int
    only_a: int
    only_b: int
    neither: int
    p: float
    method: str


def sign_test(wins: int, losses: int) -> float | None:
    """Return the two-sided p of a fair coin giving such wins and losses; None when nothing was decided."""
    return float(stats.binomtest(wins, wins + losses).pvalue) if wins + losses else None


def mcnemar(a: Sequence[bool], b: Sequence[bool], clusters: Sequence[str] = ()) -> McNemar:
    """Compare two models question by question; only those that one of them alone had right decide.

    Of questions in clusters the whole cluster's sum is a win of one or the other. Where nothing tells the two apart, p
    is 1.

    Source: McNemar 1947, Psychometrika 12, 153–157; exact binomial form, e.g. Agresti, Categorical Data Analysis; of
    clusters Fisher's test of signs.
    """
    pairs = Counter((bool(x), bool(y)) for x, y in zip(a, b, strict=True))
    only_a, only_b = pairs[True, False], pairs[False, True]
    groups = number_clusters(clusters or [""] * len(a))
    several = int(groups.max()) + 1
    if several < len(a):
        p = sign_flip([int(x) - int(y) for x, y in zip(a, b, strict=True)], clusters)
        method = "exact signs of the clusters' sums, two-sided"
    else:
        p, method = sign_test(only_a, only_b), "exact binomial, two-sided"
    counts = pairs[True, True], only_a, only_b, pairs[False, False]
    return McNemar(len(a), several, *counts, 1.0 if p is None else p, method)


def holm(p_values: Sequence[float]) -> list[float]:
    """Return p-values adjusted for testing several arms, in the given order.

    Source: Holm 1979, Scandinavian Journal of Statistics 6, 65–70.
    """
    adjusted = [0.0] * len(p_values)
    highest = 0.0
    for rank, i in enumerate(sorted(range(len(p_values)), key=lambda i: p_values[i])):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p_values[i]))
        adjusted[i] = highest
    return adjusted


@lru_cache(maxsize=4096)
def smallest_difference(n: int, discordant: float, alpha: float, power: float) -> float | None:
    """Return the smallest difference in share right that the exact McNemar test finds with the wanted power.

    None where so few questions tell the two apart that even all of them in favour of one would not do.

    Args:
        n: questions.
        discordant: share of the questions that only one of the two has right, 0–1.
        alpha: level of the test.
        power: the power wanted.

    Source: Duffy 1984, Biometrics 40, 1005–1015: exact and unconditional, the number of discordant questions being
    binomial.
    """
    setting = _discordant(n, discordant, alpha)
    if not discordant or _power(setting, 1.0) < power:
        return None
    return discordant * float(optimize.brentq(lambda lean: _power(setting, lean) - power, 0.0, 1.0))


class _Discordant(NamedTuple):
    """Possible numbers of discordant questions, how likely each is, and the most wins of the loser that reject."""

    counts: np.ndarray[Any, Any]
    chances: np.ndarray[Any, Any]
    critical: np.ndarray[Any, Any]


def _discordant(n: int, share: float, alpha: float) -> _Discordant:
    low, high = (int(end) for end in stats.binom.ppf([TAIL, 1 - TAIL], n, share))
    counts = np.arange(max(low, 0), high + 1)
    at = stats.binom.ppf(alpha / 2, counts, 0.5)
    # a p-value of exactly alpha is a rejection, whatever the last bit says
    critical = np.where(stats.binom.cdf(at, counts, 0.5) <= alpha / 2 * (1 + SLACK), at, at - 1)
    return _Discordant(counts, stats.binom.pmf(counts, n, share), critical)


def _power(setting: _Discordant, lean: float) -> float:
    """Return the chance to reject where the better model wins (1 + lean) / 2 of the discordant questions."""
    counts, chances, critical = setting
    win = (1 + lean) / 2
    rejects = stats.binom.cdf(critical, counts, win) + stats.binom.sf(counts - critical - 1, counts, win)
    return float(np.sum(chances * rejects))
