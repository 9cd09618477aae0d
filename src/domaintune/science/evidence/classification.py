"""Scores of a multiple-choice test, and tests of one model against another on the same questions."""

import math
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from domaintune.science.evidence.clusters import number_clusters, sign_flip
from domaintune.science.evidence.design_effect import design_of, wilson
from domaintune.science.evidence.significance import sign_test

UNPARSED = None


class Scores(NamedTuple):
    """Scores over all questions; shares are 0–1.

    An answer that could not be read counts as wrong. `micro_f1` of single-answer questions is the accuracy.
    `standard_error` is the sample standard deviation × √(design effect / n), None for one question; the interval is
    Wilson's of n / design effect questions.
    """

    n: int
    clusters: int
    design_effect: float
    correct: int
    unparsed: int
    accuracy: float
    micro_f1: float
    macro_f1: float
    weighted_f1: float
    standard_error: float | None
    ci_low: float
    ci_high: float
    accuracy_parsed: float | None


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


def score(
    gold: Sequence[str], choice: Sequence[str | None], alpha: float, clusters: Sequence[str] = ()
) -> Scores:
    """Score choices against the right answers; None is an answer that could not be read.

    Unread answers are a class of their own that is never right. As in scikit-learn, a class that is only ever
    predicted has F1 0 and lowers the macro average, so one unread answer among four classes costs a fifth of it.

    Args:
        gold: right labels.
        choice: chosen labels in the same order.
        alpha: 1 − coverage of the interval.
        clusters: of each question the one it is not independent of; none given: all are independent.

    Raises:
        ValueError: no questions, different lengths, or an alpha that is not between 0 and 1.

    Source: F1 as sklearn.metrics.f1_score with zero_division=0.
    """
    if len(gold) != len(choice):
        raise ValueError(f"expected one choice per question, got {len(choice)} for {len(gold)}")
    if not gold:
        raise ValueError("no questions: a score needs at least one")
    if not 0 < alpha < 1:
        raise ValueError(f"alpha must lie between 0 and 1, got {alpha}")
    n = len(gold)
    right = [g == c for g, c in zip(gold, choice, strict=True)]
    design = design_of(right, clusters or [""] * n)
    correct = sum(right)
    unparsed = sum(c is UNPARSED for c in choice)
    accuracy = correct / n
    f1 = _f1_by_class(gold, choice)
    support = Counter(gold)
    low, high = wilson(accuracy, n, design, alpha)
    return Scores(
        n=n,
        clusters=design.clusters,
        design_effect=design.effect,
        correct=correct,
        unparsed=unparsed,
        accuracy=accuracy,
        micro_f1=accuracy,
        macro_f1=math.fsum(f1.values()) / len(f1),
        weighted_f1=math.fsum(f1[label] * count for label, count in support.items()) / n,
        standard_error=math.sqrt(design.effect * accuracy * (1 - accuracy) / (n - 1)) if n > 1 else None,
        ci_low=low,
        ci_high=high,
        accuracy_parsed=correct / (n - unparsed) if n > unparsed else None,
    )


def mcnemar(a: Sequence[bool], b: Sequence[bool], clusters: Sequence[str] = ()) -> McNemar:
    """Compare two models question by question; only those that one of them alone had right decide.

    Of questions in clusters the whole cluster's sum is a win of one or the other. Where nothing tells the two apart, p
    is 1.

    Raises:
        ValueError: no questions, or different lengths.

    Source: McNemar 1947, Psychometrika 12, 153–157; exact binomial form, e.g. Agresti, Categorical Data Analysis; of
    clusters Fisher's test of signs.
    """
    if len(a) != len(b):
        raise ValueError(f"expected the same questions for both, got {len(a)} and {len(b)}")
    if not a:
        raise ValueError("no questions: a comparison needs at least one")
    pairs = Counter((bool(x), bool(y)) for x, y in zip(a, b, strict=True))
    only_a, only_b = pairs[True, False], pairs[False, True]
    groups = number_clusters(clusters or [""] * len(a))
    together = int(groups.max()) + 1 < len(a)
    p = (
        sign_flip([int(x) - int(y) for x, y in zip(a, b, strict=True)], clusters)
        if together
        else sign_test(only_a, only_b)
    )
    return McNemar(
        n=len(a),
        clusters=int(groups.max()) + 1,
        both=pairs[True, True],
        only_a=only_a,
        only_b=only_b,
        neither=pairs[False, False],
        p=1.0 if p is None else p,
        method="exact signs of the clusters' sums, two-sided" if together else "exact binomial, two-sided",
    )


def _f1_by_class(gold: Sequence[str], choice: Sequence[str | None]) -> dict[str | None, float]:
    """Return F1 of every class that occurs on either side: 2 × right / (times right + times chosen)."""
    right = Counter(g for g, c in zip(gold, choice, strict=True) if g == c)
    actual, chosen = Counter(gold), Counter(choice)
    classes: dict[str | None, None] = dict.fromkeys([*gold, *choice])
    return {label: 2 * _of(right, label) / (_of(actual, label) + chosen[label]) for label in classes}


def _of(counts: Counter[str], label: str | None) -> int:
    return 0 if label is None else counts[label]
