"""Non-inferiority: is a model worse than another by less than a margin, on the same questions or over benchmarks?

The score test of a difference of paired shares, and the interval that inverts it, so that test and interval agree.
Of questions in clusters n is divided by the design effect, and t takes the place of the normal distribution.
Source: Tango 1998, Statistics in Medicine 17, 891–908. Two one-sided tests: Schuirmann 1987, Journal of
Pharmacokinetics and Biopharmaceutics 15, 657–680. Clusters: Rao & Scott 1992, Biometrics 48, 577–585.
"""

import math
from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

from scipy import optimize, stats

FARTHEST = 8.0  # standard errors; p is below 1e-15 there
Verdict = Literal["kept", "lost", "undecided"]
"""kept: worse by less than the margin; lost: worse by more than the margin; undecided: neither could be shown."""


class Table(NamedTuple):
    """Questions by which of two models had them right."""

    n: int
    only_a: int
    only_b: int
    design: float = 1.0
    """Design effect of the difference: n / design independent questions would tell as much."""
    df: float = math.inf
    """Degrees of freedom with which it is known."""
    asked: float = 1.0
    """How often each question was asked: n answers are to n / asked questions."""


class Bounds(NamedTuple):
    """A difference with its interval."""

    difference: float
    low: float
    high: float


def margin_tests(table: Table, margin: float) -> tuple[float, float, float]:
    """Return p_kept, p_lost, p_equivalent: one-sided, of a difference in share right against a margin, both 0–1.

    Of a being worse by the margin or more, worse by it or less, of both differing by it or more (the larger of two).
    """
    lower, upper = score_statistic(table, -margin), score_statistic(table, margin)
    p_kept, p_lost = float(stats.t.sf(lower, table.df)), float(stats.t.cdf(lower, table.df))
    return p_kept, p_lost, max(p_kept, float(stats.t.cdf(upper, table.df)))


def score_interval(table: Table, alpha: float) -> Bounds:
    """Return the difference and the differences that the score test does not reject at two-sided alpha."""
    critical = float(stats.t.isf(alpha / 2, table.df))
    difference = (table.only_a - table.only_b) / table.n

    def above(true: float) -> float:
        return min(max(score_statistic(table, true), -1e6), 1e6)

    low = _root(lambda true: above(true) - critical, -1.0, difference, xtol=1e-12)
    high = _root(lambda true: above(true) + critical, difference, 1.0, xtol=1e-12)
    return Bounds(difference, low, high)


def score_statistic(table: Table, difference: float) -> float:
    """Return the score statistic of a true difference, about standard normal; at 0 it is McNemar's, uncorrected."""
    q = _restricted(table.only_a / table.n, table.only_b / table.n, difference)
    spread = _spread(q, difference)
    apart = (table.only_a - table.only_b) / table.n - difference
    if spread <= 0:
        return 0.0 if abs(apart) < 1e-12 else math.copysign(math.inf, apart)
    return apart * math.sqrt(table.n / table.design / spread)


def average_interval(parts: Sequence[Bounds]) -> Bounds:
    """Return the mean of differences on separate questions, each counting alike, with the joined interval.

    Method of variance estimates recovery: the distances from each difference to its bounds are joined as standard
    errors are. Source: Zou, Huang, Zhang 2009, Computational Statistics & Data Analysis 53, 1080–1085.
    """
    k = len(parts)
    mean = math.fsum(part.difference for part in parts) / k
    below = math.hypot(*(part.difference - part.low for part in parts)) / k
    above = math.hypot(*(part.high - part.difference for part in parts)) / k
    return Bounds(mean, mean - below, mean + above)


def average_p(tables: Sequence[Table], margin: float) -> tuple[float, float]:
    """Return p_kept, p_lost of the average: levels at which its joined interval (of one: its test) has the margin."""
    if len(tables) == 1:
        return margin_tests(tables[0], margin)[:2]

    def beyond(z: float) -> float:
        alpha = 2 * float(stats.norm.sf(z))
        bounds = average_interval([score_interval(table, alpha) for table in tables])
        return bounds.low + margin if kept else -margin - bounds.high

    kept = math.fsum((table.only_a - table.only_b) / table.n for table in tables) > -margin * len(tables)
    p = float(stats.norm.sf(_root(beyond, 0.0, FARTHEST)))
    return (p, 1 - p) if kept else (1 - p, p)


def verdict(p_kept: float, p_lost: float, alpha: float) -> Verdict:
    """Say what was shown, by two one-sided p, corrected or not; a loss that was shown outweighs."""
    if p_lost < alpha:
        return "lost"
    return "kept" if p_kept < alpha else "undecided"


def questions_needed(tables: Sequence[Table], margin: float, *, alpha: float, power: float) -> list[int]:
    """Return how many questions each benchmark would have needed to show that nothing was lost on average.

    Planned for two models that are equally good and differ on the observed share of questions; the benchmarks keep
    their sizes relative to each other. Source: Liu, Hsueh, Hsieh, Chen 2002, Statistics in Medicine 21, 231–245, with
    the restricted estimate as the variance at the margin.
    """
    z_alpha, z_power = float(stats.norm.isf(alpha)), float(stats.norm.isf(1 - power))
    apart = [(table.only_a + table.only_b) / table.n for table in tables]
    at_margin = math.fsum(
        _spread(_restricted(share / 2, share / 2, -margin), -margin) * table.design / table.n
        for share, table in zip(apart, tables, strict=True)
    )
    at_zero = math.fsum(share * table.design / table.n for share, table in zip(apart, tables, strict=True))
    root = (z_alpha * math.sqrt(at_margin) + z_power * math.sqrt(at_zero)) / (len(tables) * margin)
    return [math.ceil(root**2 * table.n / table.asked) for table in tables]


def _restricted(share_a: float, share_b: float, difference: float) -> float:
    """Return the most likely share of questions only b has right, where the difference is given."""
    b = -share_a - share_b + (2 - share_a + share_b) * difference
    c = -share_b * difference * (1 - difference)
    return (math.sqrt(max(b * b - 8 * c, 0.0)) - b) / 4


def _spread(only_b: float, difference: float) -> float:
    """Return the variance of one question's a − b."""
    return 2 * only_b + difference * (1 - difference)


def _root(falling: Callable[[float], float], start: float, end: float, xtol: float = 2e-12) -> float:
    """Return where a falling function is zero, or the end at which it comes closest."""
    if falling(start) <= 0:
        return start
    if falling(end) >= 0:
        return end
    return float(optimize.brentq(falling, start, end, xtol=xtol))
