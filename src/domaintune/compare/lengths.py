"""How long the answers are: the study's tuned answers were at least twice as long on 9 of 10 questions."""

from collections.abc import Mapping, Sequence
from statistics import fmean, median
from typing import Any

from domaintune.core.records.answer import Answer

LONGER = 2  # times; the study's measure


def compare_lengths(
    arm: Mapping[str, Answer], baseline: Mapping[str, Answer], *, same_tokens: bool
) -> dict[str, Any]:
    """Compare lengths in characters, and with the same tokens in tokens, on the questions that both arms answered."""
    both = sorted(set(arm) & set(baseline))
    return {
        "answers": len(both),
        "unfinished_arm": sum(not arm[q].finished for q in both),
        "unfinished_baseline": sum(not baseline[q].finished for q in both),
        "empty_arm": sum(not arm[q].text.strip() for q in both),
        "empty_baseline": sum(not baseline[q].text.strip() for q in both),
        "tokens": _tokens([arm[q] for q in both], [baseline[q] for q in both]) if same_tokens else None,
        "characters": _measure([len(arm[q].text) for q in both], [len(baseline[q].text) for q in both]),
    }


def _tokens(arm: Sequence[Answer], baseline: Sequence[Answer]) -> dict[str, Any] | None:
    """Compare tokens; an answer that was brought in says nothing of them, and then nothing is said."""
    if any(one.text and not one.tokens for one in (*arm, *baseline)):
        return None
    return _measure([one.tokens for one in arm], [one.tokens for one in baseline])


def _measure(arm: Sequence[int], baseline: Sequence[int]) -> dict[str, Any] | None:
    if not arm:
        return None
    ratios = [a / b for a, b in zip(arm, baseline, strict=True) if b]
    return {
        "mean_arm": fmean(arm),
        "mean_baseline": fmean(baseline),
        "ratio_of_means": sum(arm) / sum(baseline) if sum(baseline) else None,
        "median_ratio": median(ratios) if ratios else None,
        "at_least_twice": sum(a >= LONGER * b and a > b for a, b in zip(arm, baseline, strict=True)),
    }
