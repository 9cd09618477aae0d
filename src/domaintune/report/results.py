"""Charts and tables of what was gained: differences, scores by question, likeness, and gains by category or turn."""

from collections.abc import Mapping
from typing import NamedTuple

import polars as pl

from domaintune.report.charts import intervals, score_distribution
from domaintune.science.comparison.judged import Gains, Likeness, PairedTest
from domaintune.science.comparison.tree import Comparison


class Result(NamedTuple):
    """An arm against its baseline on one criterion of a pairwise rubric."""

    arm: str
    baseline: str
    rubric: str
    criterion: str
    paired: PairedTest


def results(comparison: Comparison) -> list[Result]:
    """Return one entry a compared arm and criterion, for the table at the top."""
    return [
        Result(arm, found.baseline, rubric, name, paired)
        for arm, found in sorted(comparison.arms.items())
        for rubric, own in sorted(found.rubrics.items())
        for name, paired in own.paired.items()
    ]


def differences_chart(found: list[Result]) -> str | None:
    """Draw the difference of every compared arm with its interval; None where there is none."""
    rows = [
        {"name": f"{one.arm} − {one.baseline}", "mean": d.mean, "low": d.ci_low, "high": d.ci_high}
        for one in found
        if (d := one.paired.statistics.difference).ci_low is not None
    ]
    title = "difference in score (right of 0: better than the baseline)"
    return intervals(rows, title, rule_at=0.0) if rows else None


def distributions(found: list[Result], scores: pl.DataFrame) -> dict[tuple[str, str, str], str]:
    """Draw how many questions got which score, for each arm, rubric and criterion."""
    drawn = {}
    for one in found:
        keys = {"comparison": one.arm, "rubric": one.rubric, "criterion": one.criterion}
        own = scores.filter(**keys).group_by("arm", "score").agg(questions=pl.len()).sort("arm", "score")
        rows = [{**row, "score": f"{row['score']:.3g}"} for row in own.iter_rows(named=True)]
        rows.sort(key=lambda row: float(row["score"]))
        drawn[one.arm, one.rubric, one.criterion] = score_distribution(rows, one.baseline, one.arm)
    return drawn


def likeness_chart(categories: Mapping[str, Likeness]) -> str:
    """Draw the similarity of two arms' answers by respect."""
    rows = [
        {"name": name, "mean": one.mean, "low": one.ci_low, "high": one.ci_high}
        for name, one in categories.items()
    ]
    return intervals(rows, "similarity of the two answers", domain=(1, 5))


def by_reason(missing: Mapping[str, str]) -> dict[str, list[str]]:
    """Return for each reason the figures that cannot be given for it."""
    return {
        reason: sorted(name for name, one in missing.items() if one == reason)
        for reason in sorted(set(missing.values()))
    }


def gains_by(paired: Mapping[str, PairedTest], shown: Mapping[str, str], by: str) -> list[tuple[str, Gains]]:
    """Return a criterion's title and gains by category or by turn; of criteria without, nothing."""
    found = {title: paired[name] for name, title in shown.items() if name in paired}
    gains = {title: one.turns if by == "turn" else one.categories for title, one in found.items()}
    return [(title, own) for title, own in gains.items() if own]
