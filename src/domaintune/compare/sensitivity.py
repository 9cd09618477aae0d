"""What would be left of a result if every lost score had been the worst for it."""

from collections.abc import Mapping, Sequence
from typing import Any

from domaintune.compare.params import Comparing
from domaintune.compare.scores import Both, pairs
from domaintune.science.evidence.statistics import Paired, compare_paired
from domaintune.science.evidence.statistics_text import p_text, percent, questions_in_words


def worst_case(
    scores: Mapping[str, Sequence[Both]],
    scale: tuple[float, float],
    clusters: Mapping[str, str],
    comparing: Comparing,
) -> dict[str, Any] | None:
    """Compare again with each lost score at the end of the scale that is worst for the difference as it was found.

    Args:
        scores: question → both arms' scores in each order of presentation, None where lost.
        scale: the lowest and the highest score.
        clusters: question → its cluster.
        comparing: level and power.

    Returns None where nothing was lost. Source of the bound: Manski 1990, American Economic Review 80, 319–323.
    """
    imputed = sum(score is None for own in scores.values() for both in own for score in both)
    if not imputed:
        return None
    found = pairs(scores)
    ahead = sum(pair.arm - pair.baseline for pair in found) >= 0
    worst = scale[::-1] if ahead else scale
    filled = {
        question: [(worst[0] if b is None else b, worst[1] if a is None else a) for b, a in own]
        for question, own in scores.items()
    }
    every = pairs(filled)
    result = compare_paired(
        [pair.baseline for pair in every],
        [pair.arm for pair in every],
        comparing.alpha,
        comparing.power,
        [clusters[pair.question_id] for pair in every],
    )
    return {
        "questions": len(every),
        "clusters": result.clusters,
        "imputed": imputed,
        "difference": result.difference.mean,
        "ci_low": result.difference.ci_low,
        "ci_high": result.difference.ci_high,
        "p": result.t_test.p_two_tail,
        "in_short": f"{result.difference.mean:+.2f}"
        + ("" if (p := result.t_test.p_two_tail) is None else f", {p_text(p)}"),
        "in_words": _in_words(result, imputed, ahead=ahead),
    }


def _in_words(result: Paired, imputed: int, *, ahead: bool) -> str:
    d, p = result.difference, result.t_test.p_two_tail
    of_arm, of_baseline = ("lowest", "highest") if ahead else ("highest", "lowest")
    interval = (
        ""
        if d.ci_low is None
        else f", {percent(1 - result.alpha)} interval {d.ci_low:+.2f} to {d.ci_high:+.2f}"
    )
    lost = "1 score was" if imputed == 1 else f"{imputed:,} scores were"
    return (
        f"{lost} lost: with each at the end of the scale that is worst for this result (the arm's at the {of_arm}, the "
        f"baseline's at the {of_baseline}), the difference on {questions_in_words(result.base.n, result.clusters)} "
        f"would be {d.mean:+.2f}{interval}" + (f" (uncorrected {p_text(p)})." if p is not None else ".")
    )
