"""What was gained: for each compared arm its sentences, tables and charts."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from domaintune.report.categories import gain_views
from domaintune.report.charts import intervals, score_distribution
from domaintune.report.inputs import Material
from domaintune.report.words import (
    choices_in_words,
    lengths_in_words,
    lost_in_words,
    orders_in_words,
    test_figures,
)


def results(material: Material) -> list[dict[str, Any]]:
    """Return a view of each compared arm, sorted."""
    return [_arm(name, arm, material.scores) for name, arm in sorted(material.comparison["arms"].items())]


def summary(comparison: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return one row a compared arm and criterion, for the table at the top."""
    return [
        {
            "arm": arm,
            "baseline": found["baseline"],
            "criterion": name,
            "means": (paired["statistics"]["base"]["mean"], paired["statistics"]["tuned"]["mean"]),
            **test_figures(paired),
        }
        for arm, found in sorted(comparison["arms"].items())
        for rubric in found["rubrics"].values()
        for name, paired in rubric["paired"].items()
    ]


def differences_chart(comparison: Mapping[str, Any]) -> str | None:
    """Draw the difference of every compared arm with its interval; None where there is none."""
    rows = [
        {"name": f"{arm} − {found['baseline']}", **_interval(paired)}
        for arm, found in sorted(comparison["arms"].items())
        for rubric in found["rubrics"].values()
        for paired in rubric["paired"].values()
        if paired["statistics"]["difference"]["ci_low"] is not None
    ]
    return (
        intervals(rows, "difference in score (right of 0: better than the baseline)", rule_at=0.0)
        if rows
        else None
    )


def _by_reason(missing: Mapping[str, str]) -> dict[str, list[str]]:
    """Return for each reason the figures that cannot be given for it."""
    return {
        reason: sorted(name for name, one in missing.items() if one == reason)
        for reason in sorted(set(missing.values()))
    }


def _interval(paired: Mapping[str, Any]) -> dict[str, Any]:
    difference = paired["statistics"]["difference"]
    return {"mean": difference["mean"], "low": difference["ci_low"], "high": difference["ci_high"]}


def _arm(name: str, arm: Mapping[str, Any], scores: pl.DataFrame) -> dict[str, Any]:
    baseline = arm["baseline"]
    return {
        "name": name,
        "baseline": baseline,
        "asked": arm["questions_asked"],
        "lengths": lengths_in_words(arm["lengths"], name, baseline),
        "rubrics": [
            _rubric(rubric, found, name, baseline, scores) for rubric, found in sorted(arm["rubrics"].items())
        ],
    }


def _rubric(
    rubric: str, found: Mapping[str, Any], arm: str, baseline: str, scores: pl.DataFrame
) -> dict[str, Any]:
    of_rubric = scores.filter((pl.col("comparison") == arm) & (pl.col("rubric") == rubric))
    return {
        "name": rubric,
        "judgments": found["judgments"],
        "judge_in_words": found["judge_in_words"],
        "parse_rate": found["parse_rate"],
        "repaired": found["outcomes"].get("repaired", 0),
        "only_needs_model": set(found["outcomes"]) == {"needs_model"},
        "orders": orders_in_words(found["orders"]),
        "unscored": lost_in_words(found["questions_unscored"]),
        "choices": choices_in_words(found["choices"], arm, baseline) if found["choices"] else "",
        "paired": [
            {
                "name": name,
                **test_figures(paired),
                "tables": paired["tables"],
                "missing": _by_reason(paired["statistics"]["missing"]),
                "chart": _distribution(of_rubric.filter(pl.col("criterion") == name), baseline, arm),
            }
            for name, paired in sorted(found["paired"].items())
        ],
        "gains": gain_views(found["paired"], {name: name.replace("_", " ") for name in found["paired"]}),
        "categories": [{"name": name, **values} for name, values in found["categories"].items()],
        "categories_chart": _categories(found["categories"]),
    }


def _distribution(scores: pl.DataFrame, baseline: str, arm: str) -> str:
    counted = scores.group_by("arm", "score").agg(questions=pl.len()).sort("arm", "score")
    rows = [{**row, "score": f"{row['score']:.3g}"} for row in counted.iter_rows(named=True)]
    return score_distribution(sorted(rows, key=lambda row: float(row["score"])), baseline, arm)


def _categories(categories: Mapping[str, Any]) -> str | None:
    rows = [
        {"name": name, "mean": one["mean"], "low": one["ci_low"], "high": one["ci_high"]}
        for name, one in categories.items()
    ]
    return intervals(rows, "similarity of the two answers", domain=(1, 5)) if rows else None
