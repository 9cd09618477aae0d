"""How many independent questions a share is worth whose questions come in clusters, e.g. several on one passage.

Source: Rao & Scott 1992, Biometrics 48, 577–585: counts are divided by the design effect, and then treated as if they
were independent; of questions put to language models: Miller 2024, arXiv:2411.00640.
"""

from collections.abc import Sequence
from math import inf, sqrt
from typing import Any, NamedTuple

import numpy as np
from scipy import stats

from domaintune.science.evidence.clusters import ClusterMean, cluster_mean, number_clusters


class Design(NamedTuple):
    """What clusters make of a sample; of independent questions the effect is 1 and df infinite."""

    clusters: int
    effect: float
    """Variance of the share in units of that of as many independent questions, at least 1."""
    df: float
    """Degrees of freedom with which the effect is known."""


def design_of(values: Sequence[float] | np.ndarray[Any, Any], clusters: Sequence[str]) -> Design:
    """Return the design effect of a mean, as if one more whole cluster had been seen to turn together.

    The estimate (CR2) knows nothing of clusters that did not occur: where few questions tell two models apart, the one
    passage that would be lost as a whole is often not among those drawn, and the estimate is 1. One more cluster, the
    worst of its size, weighs against it, and hardly where many questions differ; measured in docs/decisions/0013.
    """
    x = np.asarray(values, dtype=float)
    sizes = np.bincount(number_clusters(clusters)).astype(float)
    if len(sizes) == x.size:
        return Design(x.size, 1.0, inf)
    found = cluster_mean(x, clusters, 0.05)
    size, spread = float(np.sum(sizes**2)) / x.size, float(np.sum((x - x.mean()) ** 2))
    effect = ((found.design_effect or 0.0) * spread + size**2) / (spread + size)
    return Design(len(sizes), max(1.0, effect), found.df or max(1.0, len(sizes) - 1.0))


def wilson(share: float, n: int, design: Design, alpha: float) -> tuple[float, float]:
    """Return Wilson's interval of a share at the effective number of questions.

    Source: Wilson 1927, JASA 22, 209–212.
    """
    z, m = float(stats.t.isf(alpha / 2, design.df)), n / design.effect
    centre = share + z**2 / (2 * m)
    half = z * sqrt(share * (1 - share) / m + z**2 / (4 * m**2))
    return max(0.0, (centre - half) / (1 + z**2 / m)), min(1.0, (centre + half) / (1 + z**2 / m))


def bounded_mean(
    values: Sequence[float], clusters: Sequence[str], ends: tuple[float, float], alpha: float
) -> ClusterMean:
    """Return the mean of scores that have two ends, with an interval that stays between them.

    Wilson's interval at the number of independent yes-or-no questions that would leave a share this mean's error, with
    the mean's own degrees of freedom. As wide as the t interval in the middle of the scale; near an end that one leaves
    the scale and covers too little.

    Raises:
        ValueError: a score beyond the ends.

    Source of the effective number: Korn & Graubard 1998, Survey Methodology 24, 193–201.
    """
    found, (lowest, highest) = cluster_mean(values, clusters, alpha), ends
    if not lowest <= min(values) <= max(values) <= highest:
        raise ValueError(f"expected scores from {lowest} to {highest}, got {min(values)} to {max(values)}")
    if not found.standard_error or found.df is None:
        return found
    width, share = highest - lowest, (found.mean - lowest) / (highest - lowest)
    effect = found.n * (found.standard_error / width) ** 2 / (share * (1 - share))
    low, high = wilson(share, found.n, Design(found.clusters, effect, found.df), alpha)
    return found._replace(ci_low=lowest + width * low, ci_high=lowest + width * high)
