"""Power of a paired t-test: how many questions would have been enough, and what this many could have shown.

Questions that share clusters count for fewer: the statistic of a paired t-test follows a noncentral t distribution with
the noncentrality d_z · √(n / design effect). Source: Cohen 1988, ch. 2; of the interval: Cumming & Finch 2001,
Educational and Psychological Measurement 61, 532–574.
"""

from bisect import bisect_left
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from scipy import optimize, stats

from domaintune.science.evidence.clusters import ClusterMean

MOST = 1_000_000  # questions; nobody asks more
TOO_MANY = f"more than {MOST:,} questions"
FAR = 1e4  # standard errors from zero, beyond which no interval of the effect is looked for


class Design(NamedTuple):
    """What a question is worth where several share a cluster; more questions are thought of as more such clusters."""

    effect: float
    """Design effect, at least 1: a balance within clusters that came by chance is not planned with."""
    units: float
    """(Degrees of freedom + 1) / n: 1 where every question is a cluster of its own."""


ALONE = Design(1.0, 1.0)


class Power(NamedTuple):
    """Sample size and sensitivity of a two-sided paired t-test."""

    power: float
    """Wanted power: the chance to detect an effect that is there."""
    required_n: int | None
    """Questions needed to detect the observed effect with that power; it is as uncertain as the effect."""
    d_z_low: float | None
    d_z_high: float | None
    """Interval 1 − alpha of the effect."""
    required_fewest: int | None
    """Questions needed at the end of that interval that is farther from zero."""
    required_most: int | None
    """The same at the end closer to zero; None where no finite number is enough there."""
    detectable_d_z: float | None
    """Smallest effect this number of questions detects with that power."""
    detectable_difference: float | None
    """The same in points, at the observed spread of the differences."""

    @property
    def needed(self) -> str:
        """Return the number of questions over the interval of the effect, e.g. "20 to 310" or "at least 12"."""
        if self.required_fewest is None:
            return "–"
        if self.required_most is None:
            return f"at least {self.required_fewest:,}"
        return f"{self.required_fewest:,} to {self.required_most:,}"


def power_of(
    mean: ClusterMean, deviation: float | None, *, alpha: float, power: float, missing: dict[str, str]
) -> Power:
    """Return sample size and sensitivity of a mean difference; what cannot be had gets its reason in `missing`."""
    if mean.standard_error is None or mean.df is None or mean.design_effect is None or not deviation:
        missing["power"] = mean.missing
        return Power(power, None, None, None, None, None, None, None)
    design = Design(max(1.0, mean.design_effect), (mean.df + 1) / mean.n)
    d_z = mean.mean / deviation
    needed = required_n(d_z, alpha, power, design)
    if needed is None:
        missing["power.required_n"] = (
            TOO_MANY if d_z else "no number of questions detects a difference of zero"
        )
    interval = effect_interval(mean.mean / mean.standard_error, mean.df, alpha)
    detectable = smallest_detectable(mean.n, alpha, power, design)
    if interval is None:
        missing.update(dict.fromkeys(
            ("power.d_z_low", "power.d_z_high", "power.required_fewest", "power.required_most"),
            "the effect is too large for its interval to be computed",
        ))  # fmt: skip
        return Power(power, needed, None, None, None, None, detectable, detectable * deviation)
    low, high = (end * mean.standard_error / deviation for end in interval)
    near, far = sorted((abs(low), abs(high)))
    fewest = required_n(far, alpha, power, design)
    most = None if low <= 0 <= high else required_n(near, alpha, power, design)
    if fewest is None:
        missing["power.required_fewest"] = TOO_MANY
    if most is None:
        missing["power.required_most"] = "the interval of d_z holds zero" if low <= 0 <= high else TOO_MANY
    return Power(power, needed, low, high, fewest, most, detectable, detectable * deviation)


def power_at(d_z: float, n: int, alpha: float, design: Design = ALONE) -> float:
    """Return the chance that a two-sided paired t-test on n questions detects the effect d_z."""
    df, noncentrality = n * design.units - 1, abs(d_z) * float(np.sqrt(n / design.effect))
    if df < 1 - 1e-9:  # fewer than two clusters' worth: no test
        return 0.0
    critical = stats.t.isf(alpha / 2, df)
    # The far tail is nan for a large noncentrality; it is then far below any printed digit.
    far: Any = np.nan_to_num(stats.nct.cdf(-critical, df, noncentrality))
    return float(stats.nct.sf(critical, df, noncentrality) + far)


def required_n(d_z: float, alpha: float, power: float, design: Design = ALONE) -> int | None:
    """Return the fewest questions with the wanted power; None above a million, or for no effect."""
    if d_z == 0 or power_at(d_z, MOST, alpha, design) < power:
        return None
    # power grows with n
    return 2 + bisect_left(range(2, MOST), power, key=lambda n: power_at(d_z, n, alpha, design))


@lru_cache(maxsize=4096)
def smallest_detectable(n: int, alpha: float, power: float, design: Design = ALONE) -> float:
    """Return the smallest |d_z| that n questions, of at least two clusters, detect with the wanted power."""
    high = 1.0
    while power_at(high, n, alpha, design) < power:
        high *= 2
    return float(optimize.brentq(lambda d: power_at(d, n, alpha, design) - power, 0.0, high, xtol=1e-12))


def effect_interval(t: float, df: float, alpha: float) -> tuple[float, float] | None:
    """Return the noncentralities that a t leaves possible, not zero where the t-test rejects; None of too large a t."""
    low, high = (_noncentrality(t, df, share) for share in (alpha / 2, 1 - alpha / 2))
    return None if low is None or high is None else (low, high)


def _noncentrality(t: float, df: float, share: float) -> float | None:
    """Return the noncentrality of which a given share of statistics lies above t."""

    def excess(delta: float) -> float:
        return float(stats.nct.sf(t, df, delta)) - share

    reach = 2.0
    while abs(t) + reach <= FAR:
        low, high = excess(t - reach), excess(t + reach)
        if low <= 0 <= high:
            return float(optimize.brentq(excess, t - reach, t + reach, xtol=1e-9))
        reach *= 2
    return None
