"""What was chosen: an arm that always names the same option scores what that option scores, whatever it knows."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from domaintune.core.records.answer import BenchmarkItem
from domaintune.science.choices.choice_text import LABELS

FAVOURITE = 0.9  # from this share of all questions on, an arm's answers are called constant


def choices(items: Sequence[BenchmarkItem]) -> dict[str, Any]:
    """Return how often each option was chosen, which most often, and its share of all questions.

    Unread answers count as questions: where half cannot be read, the other half may name one option and the score is
    still not that of a constant answer. Of two options as frequent the first is named; None where nothing was read.
    """
    counts = _by_option([row.choice for row in items], items)
    most = max(counts, key=lambda option: counts[option])
    known = counts[most] > 0
    outcomes = Counter(row.outcome for row in items)
    return {
        "choices": counts | {"unparsed": outcomes["unparsed"], "refused": outcomes["refused"]},
        "most_chosen": most if known else None,
        "most_chosen_share": counts[most] / len(items) if known else None,
    }


def right_answers(items: Sequence[BenchmarkItem]) -> dict[str, int]:
    """Return how often each option is a right one."""
    return _by_option([number for row in items for number in row.right], items)


def constant_arms(scores: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Return a sentence for each arm whose answers are nearly all the same option."""
    found = {arm: one["pooled"] for arm, one in scores.items()}
    return {
        arm: f"{arm} chose {mark(cell['most_chosen'])} on {_percent(cell)} of the questions: its score is that of a "
        "constant answer, so that a test of the difference says nothing about knowledge."
        for arm, cell in found.items()
        if (cell["most_chosen_share"] or 0) >= FAVOURITE
    }  # fmt: skip


def favourites(scores: Mapping[str, Mapping[str, Any]]) -> str:
    """Name each arm's most frequent choice."""
    named = [
        f"{arm} {mark(cell['most_chosen'])} {_percent(cell)}" if cell["most_chosen"] else f"{arm} none"
        for arm, cell in ((arm, one["pooled"]) for arm, one in scores.items())
    ]
    return f"Chosen most often, of all questions: {', '.join(named)}."


def mark(option: str) -> str:
    """Return an option's number as ①, whatever labels the questions had."""
    return LABELS[int(option) - 1]


def _by_option(named: Sequence[str], items: Sequence[BenchmarkItem]) -> dict[str, int]:
    counts = Counter(named)
    return {str(i): counts[str(i)] for i in range(1, max(row.options for row in items) + 1)}


def _percent(cell: Mapping[str, Any]) -> str:
    return f"{100 * cell['most_chosen_share']:.1f} %"
