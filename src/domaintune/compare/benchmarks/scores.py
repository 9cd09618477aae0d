"""Scores of an arm on a benchmark; option counts per arm, which flag constant-answer arms; cyclic orders of options."""

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import Any

from domaintune.core.records.question import BenchmarkItem
from domaintune.science.choices.choice_text import LABELS
from domaintune.science.comparison.benchmarked import ArmScores, Constant, Orders
from domaintune.science.evidence.non_inferiority import Bounds, average_interval
from domaintune.science.evidence.shares import Cell, score

COUNTS = ("n", "clusters", "correct", "unparsed", "refused", "truncated")
MEANS = ("micro_f1", "macro_f1", "weighted_f1", "chance")
FAVOURITE = 0.9  # from this share of all questions on, an arm's answers are called constant


def arm_scores(items: Sequence[BenchmarkItem], subsets: Sequence[str], alpha: float) -> ArmScores:
    """Return an arm's scores by subset, their average, and the scores over all questions together."""
    by_subset = {name: scored([row for row in items if row.subset == name], alpha) for name in subsets}
    return ArmScores(by_subset, averaged(by_subset), scored(items, alpha))


def constant_scores(items: Sequence[BenchmarkItem], subsets: Sequence[str], alpha: float) -> Constant:
    """Return what always naming the same option scores: the one that is right most often over all questions.

    It is one option for all subsets, because an answer that changes with the subset is not a constant one.
    """
    right = _by_option([number for row in items for number in row.right], items)
    option = max(right, key=lambda name: right[name])
    named = {"choice": option, "truncated": False}
    rows = [
        row.model_copy(update=named | {"outcome": "correct" if option in row.right else "wrong"})
        for row in items
    ]
    return Constant(option, right, {name: mark(name) for name in right}, arm_scores(rows, subsets, alpha))


def scored(items: Sequence[BenchmarkItem], alpha: float) -> Cell:
    """Return the scores over some questions; unparsed and refused answers are wrong ones, and counted apart.

    Of several right options the chosen one counts as the right one, or else the first. The share of the option chosen
    most often is of all questions: where half cannot be read, the other half may name one option and the score is still
    not that of a constant answer. Of two options as frequent the first is named; None where nothing was read.
    """
    scores = score(
        [row.choice if row.choice in row.right else row.right[0] for row in items],
        [row.choice or None for row in items],
        alpha,
        [row.cluster for row in items],
    )
    counts = _by_option([row.choice for row in items], items)
    most = max(counts, key=lambda option: counts[option])
    known = counts[most] > 0
    outcomes = Counter(row.outcome for row in items)
    unread = {"unparsed": outcomes["unparsed"], "refused": outcomes["refused"]}
    return scores._replace(
        **unread,
        truncated=sum(row.truncated for row in items),
        chance=fmean(len(row.right) / row.options for row in items),
        most_chosen=most if known else None,
        most_chosen_share=counts[most] / len(items) if known else None,
        choices=counts | unread,
    )


def averaged(cells: Mapping[str, Cell]) -> Cell:
    """Return the mean of the subsets, as the chemistry study averages: each counts alike, whatever its size."""
    found, k = list(cells.values()), len(cells)
    accuracy, low, high = average_interval([Bounds(one.accuracy, one.ci_low, one.ci_high) for one in found])
    errors = [cell.standard_error for cell in found if cell.standard_error is not None]
    parsed = [cell.accuracy_parsed for cell in found if cell.accuracy_parsed is not None]
    joined: dict[str, Any] = {name: sum(getattr(cell, name) for cell in found) for name in COUNTS}
    joined |= {name: fmean(getattr(cell, name) for cell in found) for name in MEANS}
    return Cell(
        **joined,
        design_effect=None,
        accuracy=accuracy,
        accuracy_parsed=fmean(parsed) if len(parsed) == k else None,
        standard_error=math.hypot(*errors) / k if len(errors) == k else None,
        ci_low=low,
        ci_high=high,
        most_chosen=None,
        most_chosen_share=None,
    )


def constant_arms(scores: Mapping[str, ArmScores]) -> dict[str, str]:
    """Return a sentence for each arm whose answers are nearly all the same option."""
    return {
        arm: f"{arm} chose {_favourite(one.pooled, ' on ')} of the questions: its score is that of a constant answer, "
        "so that a test of the difference says nothing about knowledge."
        for arm, one in scores.items()
        if (one.pooled.most_chosen_share or 0) >= FAVOURITE
    }


def favourites(scores: Mapping[str, ArmScores]) -> str:
    """Name each arm's most frequent choice."""
    named = [f"{arm} {_favourite(one.pooled, ' ')}" for arm, one in scores.items()]
    return f"Chosen most often, of all questions: {', '.join(named)}."


def mark(option: str) -> str:
    """Return an option's number as ①, whatever labels the questions had."""
    return LABELS[int(option) - 1]


def over_orders(items: Sequence[BenchmarkItem]) -> Orders:
    """Return an arm's shares of questions over the orders; an order whose answer cannot be read keeps no option.

    Source: Liu et al. 2023, MMBench, arXiv:2307.06281, CircularEval.
    """
    by_question: defaultdict[str, list[BenchmarkItem]] = defaultdict(list)
    for row in items:
        by_question[row.question_id].append(row)
    asked = list(by_question.values())
    places = Counter((int(row.choice) - 1 - row.rotation) % row.options + 1 for row in items if row.choice)
    place, times = min(places.items(), key=lambda found: (-found[1], found[0]), default=(None, 0))
    same = [len({row.choice for row in rows}) == 1 and rows[0].choice != "" for rows in asked]
    return Orders(
        questions=len(asked),
        orders=len(items),
        accuracy=fmean(fmean(row.outcome == "correct" for row in rows) for rows in asked),
        consistency=fmean(same),
        circular=fmean(all(row.outcome == "correct" for row in rows) for rows in asked),
        place=None if place is None else mark(str(place)),
        place_share=times / len(items),
    )


def _favourite(cell: Cell, between: str) -> str:
    if cell.most_chosen is None or cell.most_chosen_share is None:
        return "none"
    return f"{mark(cell.most_chosen)}{between}{100 * cell.most_chosen_share:.1f} %"


def _by_option(named: Sequence[str], items: Sequence[BenchmarkItem]) -> dict[str, int]:
    counts = Counter(named)
    return {str(i): counts[str(i)] for i in range(1, max(row.options for row in items) + 1)}
