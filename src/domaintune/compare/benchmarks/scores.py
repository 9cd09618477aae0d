"""Scores of one arm on one subset, on all questions, and on average over the subsets."""

import math
from collections.abc import Mapping, Sequence
from statistics import fmean

from domaintune.compare.benchmarks.option_bias import choices, mark, right_answers
from domaintune.core.records.answer import BenchmarkItem
from domaintune.science.comparison.benchmarked import ArmScores, Cell, Constant
from domaintune.science.evidence.classification import score


def arm_scores(items: Sequence[BenchmarkItem], subsets: Sequence[str], alpha: float) -> ArmScores:
    """Return an arm's scores by subset, their average, and the scores over all questions together."""
    by_subset = {name: scored([row for row in items if row.subset == name], alpha) for name in subsets}
    return ArmScores(by_subset, averaged(by_subset), scored(items, alpha))


def constant_scores(items: Sequence[BenchmarkItem], subsets: Sequence[str], alpha: float) -> Constant:
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
    return Constant(option, right, {name: mark(name) for name in right}, *arm_scores(rows, subsets, alpha))


def scored(items: Sequence[BenchmarkItem], alpha: float) -> Cell:
    """Return the scores over some questions; unparsed and refused answers are wrong ones, and counted apart.

    Of several right options the chosen one counts as the right one, or else the first.
    """
    scores = score(
        [row.choice if row.choice in row.right else row.right[0] for row in items],
        [row.choice or None for row in items],
        alpha,
        [row.cluster for row in items],
    )
    counts, most_chosen, share = choices(items)
    return Cell(
        **scores._replace(unparsed=counts["unparsed"])._asdict(),
        refused=counts["refused"],
        truncated=sum(row.truncated for row in items),
        chance=fmean(len(row.right) / row.options for row in items),
        most_chosen=most_chosen,
        most_chosen_share=share,
        choices=counts,
    )


def averaged(cells: Mapping[str, Cell]) -> Cell:
    """Return the mean of the subsets, as the chemistry study averages: each counts alike, whatever its size.

    The interval joins the Wilson intervals of the subsets by the method of variance estimates recovery.

    Source: Zou, Huang, Zhang 2009, Computational Statistics & Data Analysis 53, 1080–1085.
    """
    found = list(cells.values())
    mean, k = fmean(cell.accuracy for cell in found), len(found)
    errors = [cell.standard_error for cell in found if cell.standard_error is not None]
    parsed = [cell.accuracy_parsed for cell in found if cell.accuracy_parsed is not None]
    return Cell(
        n=sum(cell.n for cell in found),
        clusters=sum(cell.clusters for cell in found),
        design_effect=None,
        correct=sum(cell.correct for cell in found),
        unparsed=sum(cell.unparsed for cell in found),
        refused=sum(cell.refused for cell in found),
        truncated=sum(cell.truncated for cell in found),
        accuracy=mean,
        accuracy_parsed=fmean(parsed) if len(parsed) == k else None,
        micro_f1=fmean(cell.micro_f1 for cell in found),
        macro_f1=fmean(cell.macro_f1 for cell in found),
        weighted_f1=fmean(cell.weighted_f1 for cell in found),
        standard_error=math.hypot(*errors) / k if len(errors) == k else None,
        ci_low=mean - math.hypot(*(cell.accuracy - cell.ci_low for cell in found)) / k,
        ci_high=mean + math.hypot(*(cell.ci_high - cell.accuracy for cell in found)) / k,
        chance=fmean(cell.chance for cell in found),
        most_chosen=None,
        most_chosen_share=None,
    )
