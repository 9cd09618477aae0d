"""Option counts per arm; flags constant-answer arms; over cyclic orders, whether an option or a place is kept."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from statistics import fmean

from domaintune.core.records.answer import BenchmarkItem
from domaintune.science.choices.choice_text import LABELS
from domaintune.science.comparison.benchmarked import ArmScores, Cell, Orders

FAVOURITE = 0.9  # from this share of all questions on, an arm's answers are called constant


def choices(items: Sequence[BenchmarkItem]) -> tuple[dict[str, int], str | None, float | None]:
    """Return how often each option was chosen, which most often, and its share of all questions.

    Unread answers count as questions: where half cannot be read, the other half may name one option and the score is
    still not that of a constant answer. Of two options as frequent the first is named; None where nothing was read.
    """
    counts = _by_option([row.choice for row in items], items)
    most = max(counts, key=lambda option: counts[option])
    outcomes = Counter(row.outcome for row in items)
    unread = {"unparsed": outcomes["unparsed"], "refused": outcomes["refused"]}
    known = counts[most] > 0
    return counts | unread, most if known else None, counts[most] / len(items) if known else None


def right_answers(items: Sequence[BenchmarkItem]) -> dict[str, int]:
    """Return how often each option is a right one."""
    return _by_option([number for row in items for number in row.right], items)


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


def over_orders(items: Mapping[str, Sequence[BenchmarkItem]]) -> dict[str, Orders]:
    """Return an arm's figures over the orders; empty where each question was asked once."""
    if not any(row.rotation for rows in items.values() for row in rows):
        return {}
    return {arm: _orders(rows) for arm, rows in items.items()}


def _orders(items: Sequence[BenchmarkItem]) -> Orders:
    """Return the shares of questions; an order whose answer cannot be read keeps no option.

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
