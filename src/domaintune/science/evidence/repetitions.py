"""Is one way of training better than another? Each repeated with k seeds: a gain counts only beyond the seeds' noise.

The k values of both sides are compared as k questions would be: paired by seed, two-sided t, interval, power. With two
or three seeds there is almost no power; the smallest gain that they would show is part of the result.
"""

from collections.abc import Sequence
from math import sqrt
from typing import Literal, NamedTuple

from domaintune.science.evidence.statistics import Paired, compare_paired

Verdict = Literal["gain", "loss", "within the noise of the seeds", "not told"]


class Repeated(NamedTuple):
    """Two ways, k runs of each. `paired.base` is the other way, `paired.tuned` the one in question."""

    paired: Paired
    seed_deviation: float | None
    """Standard deviation over seeds, pooled over both ways (Cohen 1988, section 2.2)."""
    verdict: Verdict
    why: str
    """What the verdict rests on, in words."""


def compare_repeated(other: Sequence[float], way: Sequence[float], alpha: float, power: float) -> Repeated:
    """Compare two ways of training; value i of both is of the same seed.

    It is a gain or a loss only where the mean difference is no smaller than the pooled standard deviation over seeds
    and the paired t-test is significant at `alpha`.

    Raises:
        InputError: sides of different length, no value, or a value that is no finite number.
    """
    paired = compare_paired(other, way, alpha, power)
    one, two = paired.base.variance, paired.tuned.variance
    deviation = None if one is None or two is None else sqrt((one + two) / 2)
    return Repeated(paired, deviation, *_judged(paired, deviation, alpha))


def _judged(paired: Paired, deviation: float | None, alpha: float) -> tuple[Verdict, str]:
    gain, p = paired.difference.mean, paired.t_test.p_two_tail
    noise: Verdict = "within the noise of the seeds"
    if gain == 0:
        return noise, "there is no difference"
    if deviation is not None and abs(gain) < deviation:
        return noise, "the difference is smaller than the standard deviation over seeds"
    if p is None:
        return "not told", paired.missing.get("t_test.t") or paired.missing.get(
            "t_test", "no test was possible"
        )
    if p >= alpha:
        return noise, f"the paired t-test over seeds does not reach the {alpha:.0%} level".replace("%", " %")
    return (
        "gain" if gain > 0 else "loss"
    ), "larger than the deviation over seeds, and significant over seeds"
