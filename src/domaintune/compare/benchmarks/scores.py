"""Scores of one arm on one subset, on all questions, and on average over the subsets."""

import math
from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import Any

from domaintune.compare.benchmarks.chosen import choices, mark, right_answers
from domaintune.core.records.answer import BenchmarkItem
from domaintune.science.evidence.classification import score

SHARES = ("accuracy", "micro_f1", "macro_f1", "weighted_f1", "chance")
COUNTS = ("n", "clusters", "correct", "unparsed", "refused", "truncated")


def arm_scores(items: Sequence[BenchmarkItem], subsets: Sequence[str], alpha: float) -> dict[str, Any]:
    """Return an arm's scores by subset, their average, and the scores over all questions together."""
    by_subset = {name: scored([row for row in items if row.subset == name], alpha) for name in subsets}
    return {"subsets": by_subset, "average": averaged(by_subset), "pooled": scored(items, alpha)}


def constant_scores(items: Sequence[BenchmarkItem], subsets: Sequence[str], alpha: float) -> dict[str, Any]:
    """Return what always naming the same option scores: the one that is right most often over all questions.

    It is one option for all subsets, because an answer that changes with the subset is no constant one.
    """
    right = right_answers(items)
    option = max(right, key=lambda name: right[name])
    rows = [
        row.model_copy(
            update={
                "choice": option,
                "outcome": "correct" if option in row.right else "wrong",
                "truncated": False,
            }
        )
        for row in items
    ]
    marks = {name: mark(name) for name in right}
    return {"option": option, "right": right, "marks": marks} | arm_scores(rows, subsets, alpha)


def scored(items: Sequence[BenchmarkItem], alpha: float) -> dict[str, Any]:
    """Return the scores over some questions; unparsed and refused answers are wrong ones, and counted apart.

    Of several right options the chosen one counts as the right one, or else the first.
    """
    scores = score(
        [row.choice if row.choice in row.right else row.right[0] for row in items],
        [row.choice or None for row in items],
        alpha,
        [row.cluster for row in items],
    )
    return (
        scores._asdict()
        | choices(items)
        | {
            "unparsed": sum(row.outcome == "unparsed" for row in items),
            "refused": sum(row.outcome == "refused" for row in items),
            "truncated": sum(row.truncated for row in items),
            "chance": fmean(len(row.right) / row.options for row in items),
        }
    )


def averaged(cells: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return the mean of the subsets, as the chemistry study averages: each counts alike, whatever its size.

    The interval joins the Wilson intervals of the subsets by the method of variance estimates recovery.

    Source: Zou, Huang, Zhang 2009, Computational Statistics & Data Analysis 53, 1080–1085.
    """
    found = list(cells.values())
    mean = fmean(cell["accuracy"] for cell in found)
    errors = [cell["standard_error"] for cell in found]
    parsed = [cell["accuracy_parsed"] for cell in found]
    return (
        {name: sum(cell[name] for cell in found) for name in COUNTS}
        | {name: fmean(cell[name] for cell in found) for name in SHARES}
        | {
            "standard_error": None if None in errors else math.hypot(*errors) / len(found),
            "ci_low": mean - math.hypot(*(cell["accuracy"] - cell["ci_low"] for cell in found)) / len(found),
            "ci_high": mean
            + math.hypot(*(cell["ci_high"] - cell["accuracy"] for cell in found)) / len(found),
            "accuracy_parsed": None if None in parsed else fmean(parsed),
            "design_effect": None,
            "most_chosen": None,
            "most_chosen_share": None,
        }
    )
