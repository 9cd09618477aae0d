"""Charts and sentences of what was gained, judged and on benchmarks, and what was kept out of training."""

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

import polars as pl

from domaintune.core.stage.accounting import Reject
from domaintune.report.charts import intervals, score_distribution
from domaintune.science.comparison.benchmark_tables import INTERVALS
from domaintune.science.comparison.benchmarked import AVERAGE, Benchmark, Scored
from domaintune.science.comparison.judged import Means, PairedTest
from domaintune.science.comparison.tree import Comparison

SHOWN = 100  # contaminated rows that are listed; all are in rejects.parquet
EXCERPT = 160  # characters


class Result(NamedTuple):
    """An arm against its baseline on one criterion of a pairwise rubric."""

    arm: str
    baseline: str
    paired: PairedTest


def results(comparison: Comparison) -> list[Result]:
    """Return one entry a compared arm and criterion, for the table at the top."""
    return [
        Result(arm, found.baseline, paired)
        for arm, found in sorted(comparison.arms.items())
        for _, own in sorted(found.rubrics.items())
        for paired in own.paired.values()
    ]


def differences_chart(found: list[Result]) -> str | None:
    """Draw the difference of every compared arm with its interval; None where there is none."""
    differences = [(f"{one.arm} − {one.baseline}", one.paired.statistics.difference) for one in found]
    rows = [(name, one.mean, one.ci_low, one.ci_high) for name, one in differences if one.ci_low is not None]
    title = "difference in score (right of 0: better than the baseline)"
    return intervals(rows, title, rule_at=0.0) if rows else None


def distribution(scores: pl.DataFrame, arm: str, baseline: str, rubric: str, criterion: str) -> str:
    """Draw how many questions got which score, an arm's and its baseline's."""
    own = scores.filter(comparison=arm, rubric=rubric, criterion=criterion)
    counted = own.group_by("arm", "score").agg(questions=pl.len()).sort("score", "arm")
    rows = [row | {"score": f"{row['score']:.3g}"} for row in counted.iter_rows(named=True)]
    return score_distribution(rows, baseline, arm)


def likeness_chart(categories: Means) -> str:
    """Draw the similarity of two arms' answers by respect."""
    rows = [(name, one.mean, one.ci_low, one.ci_high) for name, one in categories.items()]
    return intervals(rows, "similarity of the two answers", domain=(1, 5))


def contaminated(rows: Sequence[Reject]) -> dict[str, Any]:
    """Return how many rows were removed for which reason, and the first of them."""
    reasons = Counter(row.reason for row in rows)
    listed = sorted(rows, key=lambda row: (row.reason, row.id))[:SHOWN]
    return {
        "n": len(rows),
        "reasons": sorted(reasons.items(), key=lambda item: (-item[1], item[0])),
        "rows": [
            {"id": row.id, "reason": row.reason, "detail": row.detail, "text": _excerpt(row.row)} for row in listed
        ],
    }  # fmt: skip


def summary(scored: Scored, alpha: float) -> str:
    """Say in one sentence which arms differ from their baselines after correction."""
    pairs = scored.planned
    if not pairs:
        return "No arm has another arm of this benchmark as its baseline; the pairs below are all there is to test."
    sure = [pair for pair in pairs if pair.p_holm is not None and pair.p_holm < alpha]
    sides = {
        word: [f"{one.a} {100 * one.difference:+.1f} points" for one in sure if sign * one.difference > 0]
        for word, sign in (("better", 1), ("worse", -1))
    }
    told = [f"{len(own)} significantly {word} ({', '.join(own)})" for word, own in sides.items() if own]
    if not told:
        return f"No arm differs significantly from its baseline ({len(pairs)} tested)."
    if rest := len(pairs) - sum(map(len, sides.values())):
        told.append(f"{rest} without a difference that could be shown")
    arms, whose = ("1 arm", "its") if len(pairs) == 1 else (f"{len(pairs):,} arms", "their")
    return f"{arms} tested against {whose} baseline: {', '.join(told)}."


def matrix(scored: Scored, alpha: float) -> list[tuple[str, list[tuple[float, bool] | None]]]:
    """Return row arm − column arm for every two arms, and whether it is significant."""
    found: dict[tuple[str, str], tuple[float, bool]] = {}
    for pair in scored.pairs:
        sure = pair.p_holm_all < alpha
        found[pair.a, pair.b] = pair.difference, sure
        found[pair.b, pair.a] = -pair.difference, sure
    return [(a, [found.get((a, b)) for b in scored.arms]) for a in scored.arms]


def chart(one: Benchmark, scored: Scored) -> str:
    """Draw every arm's average with its interval, what guessing scores, and what was published."""
    published = one.published.rows if one.published and one.shown in INTERVALS else {}
    cells = {arm: scored.scores[arm].average for arm in scored.arms}
    rows = [(arm, cell.accuracy, cell.ci_low, cell.ci_high) for arm, cell in cells.items()]
    marks = {arm: published[arm][AVERAGE] for arm in cells if AVERAGE in published.get(arm, {})}
    guessing = cells[scored.arms[0]].chance
    return intervals(rows, "accuracy, mean of the subsets", guessing, marks=marks)


def _excerpt(row: str) -> str:
    """Return the beginning of what a lost row asked; the row may have been cut and not be JSON any more."""
    try:
        text = str(json.loads(row).get("input") or "")
    except (json.JSONDecodeError, AttributeError):
        text = row
    text = " ".join(text.split())
    return text if len(text) <= EXCERPT else text[:EXCERPT] + " …"
