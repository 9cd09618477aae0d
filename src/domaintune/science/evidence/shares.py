"""Shares of questions right, F1, and means on a scale, at the number of independent questions that clusters leave.

Source: Rao & Scott 1992, Biometrics 48, 577–585: counts are divided by the design effect, and then treated as if they
were independent; of questions put to language models: Miller 2024, arXiv:2411.00640.
"""

import math
from collections import Counter
from collections.abc import Sequence
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
        return Design(x.size, 1.0, math.inf)
    found = cluster_mean(x, clusters, 0.05)
    size, spread = float(np.sum(sizes**2)) / x.size, float(np.sum((x - x.mean()) ** 2))
    effect = ((found.design_effect or 0.0) * spread + size**2) / (spread + size)
    return Design(len(sizes), max(1.0, effect), found.df or max(1.0, len(sizes) - 1.0))


def wilson(share: float, n: int, design: Design, alpha: float) -> tuple[float, float]:
    """Return Wilson's interval (1927, JASA 22, 209–212) of a share at the effective number of questions."""
    z, m = float(stats.t.isf(alpha / 2, design.df)), n / design.effect
    centre = share + z**2 / (2 * m)
    half = z * math.sqrt(share * (1 - share) / m + z**2 / (4 * m**2))
    return max(0.0, (centre - half) / (1 + z**2 / m)), min(1.0, (centre + half) / (1 + z**2 / m))


def bounded_mean(
    values: Sequence[float], clusters: Sequence[str], ends: tuple[float, float], alpha: float
) -> ClusterMean:
    """Return the mean of scores that have two ends, with an interval that stays between them.

    Wilson's interval at the number of independent yes-or-no questions that would leave a share this mean's error, with
    the mean's own degrees of freedom; near an end the t interval leaves the scale and covers too little.
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


class Cell(NamedTuple):
    """Scores on one subset, on all questions, or the mean of the subsets, whose counts are sums; shares are 0–1."""

    n: int
    """Times that questions were asked."""
    clusters: int
    design_effect: float | None
    correct: int
    unparsed: int
    """Answers that could not be read: they count as wrong."""
    refused: int
    truncated: int
    """Prompts that did not fit the model's context and lost their beginning."""
    accuracy: float
    accuracy_parsed: float | None
    """Of the answers that could be read."""
    micro_f1: float
    """Of single-answer questions the accuracy."""
    macro_f1: float
    weighted_f1: float
    standard_error: float | None
    """Sample standard deviation × √(design effect / n), None for one question."""
    ci_low: float
    """Wilson's interval of n / design effect questions."""
    ci_high: float
    chance: float
    most_chosen: str | None
    """Option as given, from 1."""
    most_chosen_share: float | None
    """Of all questions."""
    choices: dict[str, int] | None = None
    """Option → answers, and those unparsed or refused; not of a mean of subsets."""

    @property
    def unread(self) -> int:
        """Return how many answers could not be read or were refused."""
        return self.unparsed + self.refused

    def shown(self, metric: str) -> float:
        """Return the score that a table shows."""
        return float(getattr(self, metric))


def score(
    gold: Sequence[str], choice: Sequence[str | None], alpha: float, clusters: Sequence[str] = ()
) -> Cell:
    """Score choices against the right answers; None is an answer that could not be read.

    Unread answers are a class of their own that is never right. As in sklearn.metrics.f1_score with zero_division=0, a
    class that is only ever predicted has F1 0 and lowers the macro average: one unread answer among four classes costs
    a fifth of it.
    """
    n = len(gold)
    right: Counter[str | None] = Counter(g for g, c in zip(gold, choice, strict=True) if g == c)
    named = Counter([*gold, *choice])
    f1 = {label: 2 * right[label] / times for label, times in named.items()}
    design = design_of([g == c for g, c in zip(gold, choice, strict=True)], clusters or [""] * n)
    unparsed, correct = choice.count(None), right.total()
    accuracy = correct / n
    low, high = wilson(accuracy, n, design, alpha)
    return Cell(
        n=n,
        clusters=design.clusters,
        design_effect=design.effect,
        correct=correct,
        unparsed=unparsed,
        refused=0,
        truncated=0,
        accuracy=accuracy,
        micro_f1=accuracy,
        macro_f1=math.fsum(f1.values()) / len(f1),
        weighted_f1=math.fsum(f1[label] * count for label, count in Counter(gold).items()) / n,
        standard_error=math.sqrt(design.effect * accuracy * (1 - accuracy) / (n - 1)) if n > 1 else None,
        ci_low=low,
        ci_high=high,
        accuracy_parsed=correct / (n - unparsed) if n > unparsed else None,
        chance=0.0,
        most_chosen=None,
        most_chosen_share=None,
    )
