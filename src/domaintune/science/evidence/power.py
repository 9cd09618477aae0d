"""How many questions would have been enough, and what this many could have shown.

Source: Cohen 1988, ch. 2; the paired t statistic follows a noncentral t distribution with n − 1 degrees of
freedom and noncentrality d_z · √n.
"""

from typing import Any, NamedTuple

import numpy as np
from scipy import optimize, stats

MOST = 1_000_000  # questions; nobody asks more


class Power(NamedTuple):
    """Sample size and sensitivity of a two-sided paired t-test."""

    power: float
    """Wanted chance to detect an effect that is there."""
    required_n: int | None
    """Questions needed to detect the observed effect with that chance."""
    detectable_d_z: float | None
    """Smallest effect this number of questions detects with that chance."""
    detectable_difference: float | None
    """The same in points, at the observed spread of the differences."""


def power_of(
    d_z: float | None, deviation: float | None, n: int, *, alpha: float, power: float, missing: dict[str, str]
) -> Power:
    """Return sample size and sensitivity; what cannot be had gets its reason in `missing`."""
    if n < 2:
        missing["power"] = "needs at least 2 pairs"
        return Power(power, None, None, None)
    needed = None if d_z is None else required_n(d_z, alpha, power)
    if d_z is None:
        missing["power.required_n"] = "every difference is the same, so there is no effect size to plan with"
    elif needed is None:
        missing["power.required_n"] = (
            f"more than {MOST:,} questions" if d_z else "no number of questions detects a difference of zero"
        )
    detectable = smallest_detectable(n, alpha, power)
    if not deviation:
        missing["power.detectable_difference"] = "the differences have no spread"
        return Power(power, needed, detectable, None)
    return Power(power, needed, detectable, detectable * deviation)


def power_at(d_z: float, n: int, alpha: float) -> float:
    """Return the chance that a two-sided paired t-test on n pairs detects the effect d_z."""
    df, noncentrality = n - 1, abs(d_z) * float(np.sqrt(n))
    critical = stats.t.isf(alpha / 2, df)
    # The far tail is nan for a large noncentrality; it is then far below any printed digit.
    far: Any = np.nan_to_num(stats.nct.cdf(-critical, df, noncentrality))
    return float(stats.nct.sf(critical, df, noncentrality) + far)


def required_n(d_z: float, alpha: float, power: float) -> int | None:
    """Return the smallest number of pairs with the wanted power; None above a million, or for no effect."""
    if d_z == 0 or power_at(d_z, MOST, alpha) < power:
        return None
    low, high = 1, 2  # power grows with n: `low` is too few, `high` enough
    while power_at(d_z, high, alpha) < power:
        low, high = high, min(2 * high, MOST)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if power_at(d_z, middle, alpha) >= power else (middle, high)
    return high


def smallest_detectable(n: int, alpha: float, power: float) -> float:
    """Return the smallest |d_z| that n ≥ 2 pairs detect with the wanted power."""
    high = 1.0
    while power_at(high, n, alpha) < power:
        high *= 2
    return float(optimize.brentq(lambda d: power_at(d, n, alpha) - power, 0.0, high, xtol=1e-12))
