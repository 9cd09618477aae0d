"""Two models right or wrong on the same questions: how far apart they are, and what so many questions could show."""

import math
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from scipy import optimize, stats

SLACK = 1e-9  # relative; a p-value of exactly alpha is a rejection, whatever the last bit says
TAIL = 1e-12  # numbers of discordant questions less likely than this are left out of the sum


class Difference(NamedTuple):
    """Share right of the first − share right of the second, with its interval."""

    difference: float
    ci_low: float
    ci_high: float


def paired_difference(both: int, only_a: int, only_b: int, neither: int, alpha: float) -> Difference:
    """Return a − b with Newcombe's square-and-add interval of coverage 1 − alpha, corrected for continuity.

    It joins the Wilson intervals of the two shares and takes their correlation into account; unlike Wald's it has
    a width where the models differ on no question. It can leave out 0 where the exact test does not reject, and
    the reverse: the two answer slightly different questions.

    Raises:
        ValueError: no questions.

    Source: Newcombe 1998, Statistics in Medicine 17, 2635–2650, method 10.
    """
    n = both + only_a + only_b + neither
    if not n:
        raise ValueError("no questions: a difference needs at least one")
    a, b = (both + only_a) / n, (both + only_b) / n
    (low_a, high_a), (low_b, high_b) = _wilson(both + only_a, n, alpha), _wilson(both + only_b, n, alpha)
    phi = _phi(both, only_a, only_b, neither)
    below = _joined(a - low_a, high_b - b, phi)
    above = _joined(high_a - a, b - low_b, phi)
    return Difference(a - b, max(-1.0, a - b - below), min(1.0, a - b + above))


def mcnemar_power(n: int, discordant: float, difference: float, alpha: float) -> float:
    """Return the chance that the exact two-sided McNemar test finds a true difference in share right.

    Args:
        n: questions.
        discordant: share of the questions that only one of the two has right, 0–1.
        difference: of the shares right, at most `discordant`.
        alpha: level of the test.

    Source: Duffy 1984, Biometrics 40, 1005–1015: exact and unconditional, the number of discordant questions
    being binomial.
    """
    return _power(_discordant(n, discordant, alpha), difference / discordant if discordant else 0.0)


@lru_cache(maxsize=4096)
def smallest_difference(n: int, discordant: float, alpha: float, power: float) -> float | None:
    """Return the smallest difference in share right that the exact McNemar test finds with the wanted chance.

    None where so few questions tell the two apart that even all of them in favour of one would not do.
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
    critical = np.where(stats.binom.cdf(at, counts, 0.5) <= alpha / 2 * (1 + SLACK), at, at - 1)
    return _Discordant(counts, stats.binom.pmf(counts, n, share), critical)


def _power(setting: _Discordant, lean: float) -> float:
    """Return the chance to reject where the better model wins (1 + lean) / 2 of the discordant questions."""
    counts, chances, critical = setting
    win = (1 + lean) / 2
    rejects = stats.binom.cdf(critical, counts, win) + stats.binom.sf(counts - critical - 1, counts, win)
    return float(np.sum(chances * rejects))


def _wilson(right: int, n: int, alpha: float) -> tuple[float, float]:
    interval = stats.binomtest(right, n).proportion_ci(1 - alpha, method="wilson")
    return float(interval.low), float(interval.high)


def _phi(both: int, only_a: int, only_b: int, neither: int) -> float:
    """Return the correlation of being right; a positive one is corrected for continuity."""
    margins = (both + only_a) * (only_b + neither) * (both + only_b) * (only_a + neither)
    product = float(both * neither - only_a * only_b)
    if product > 0:
        product = max(product - (both + only_a + only_b + neither) / 2, 0.0)
    return product / math.sqrt(margins) if margins else 0.0


def _joined(one: float, other: float, phi: float) -> float:
    return math.sqrt(max(one**2 - 2 * phi * one * other + other**2, 0.0))
