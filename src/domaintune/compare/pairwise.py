"""Rubrics that show a judge two answers side by side: scores by order of presentation, choices, and what was lost."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from domaintune.compare.categories import mean_of
from domaintune.compare.choices import count_choices, count_specific
from domaintune.compare.inputs import Inputs, Settings
from domaintune.compare.paired import Key
from domaintune.compare.scores import (
    Both,
    by_order,
    paired_names,
    read_by_order,
    shared,
    shared_names,
    sort_out,
    unscored,
)
from domaintune.core.records.judgment import READ, Judgment


def orders_of(settings: Settings) -> dict[str, list[str]]:
    """Return the orders of presentation of each pairwise rubric."""
    return {name: list(rubric.orders) for name, rubric in settings.rubrics.items() if rubric.orders}


def pairwise_scores(settings: Settings, inputs: Inputs) -> dict[Key, dict[str, list[Both]]]:
    """Return every arm's and its baseline's scores on every criterion that both get a score for.

    A question that only one of the two answered has none: it was asked, and its scores are lost.
    """

    def unanswered(arm: str, baseline: str, orders: Collection[str]) -> dict[str, list[Both]]:
        lost: list[Both] = [(None, None)] * len(orders)
        return dict.fromkeys(sorted(set(inputs.answers[arm]) ^ set(inputs.answers[baseline])), lost)

    return {
        (arm, rubric, name): unanswered(arm, entry.baseline, orders)
        | by_order(rows, name, arm, entry.baseline, orders)
        for arm, entry in sorted(settings.arms.items())
        if entry.baseline != arm
        for rubric, orders in sorted(orders_of(settings).items())
        for rows in ([row for row in inputs.judgments[arm] if row.rubric == rubric],)
        for name in paired_names(rows)
    }


def pairwise_rubrics(
    settings: Settings, inputs: Inputs, arm: str, told: Mapping[Key, dict[str, Any]]
) -> dict[str, Any]:
    """Return what every pairwise rubric says of an arm against its baseline."""
    orders = orders_of(settings)
    return {
        rubric: _rubric(settings, inputs, arm, [row for row in inputs.judgments[arm] if row.rubric == rubric])
        | {"paired": {key[2]: one for key, one in told.items() if key[:2] == (arm, rubric)}}
        for rubric in sorted(orders)
    }


def _rubric(settings: Settings, inputs: Inputs, arm: str, rows: Sequence[Judgment]) -> dict[str, Any]:
    baseline = settings.arms[arm].baseline
    read = sort_out(rows, orders_of(settings))
    outcomes: Counter[str] = Counter(row.outcome for row in rows)
    asked = set(inputs.answers[arm]) | set(inputs.answers[baseline])
    return {
        "judgments": len(rows),
        "outcomes": dict(sorted(outcomes.items())),
        "parse_rate": sum(outcomes[o] for o in READ) / len(rows) if rows else None,
        "orders": read_by_order(rows),
        "questions_unscored": unscored(asked, {row.question_id for row in read.used}, read.lost),
        "choices": count_choices(read.used, arm, baseline, inputs.clusters),
        "categories": _likeness(inputs, read.used, arm, baseline, settings.comparing.alpha),
    }


def _likeness(
    inputs: Inputs, used: Sequence[Judgment], arm: str, baseline: str, alpha: float
) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for name in shared_names(used):
        criterion = name.partition("/")[2] or name
        ends = inputs.scales[used[0].rubric, criterion]
        result[criterion] = mean_of(shared(used, name), inputs.questions, ends, alpha) | {
            "more_specific": count_specific(used, criterion, arm, baseline, inputs.clusters)
        }
    return result
