"""Rubrics that score each answer by itself: every arm's means, by category too, and each arm against its baseline."""

from collections import Counter
from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import Any

from domaintune.compare.categories import Values, by_category
from domaintune.compare.inputs import Inputs, Settings
from domaintune.compare.paired import Key
from domaintune.compare.scores import Both, of_one, sort_out, unscored
from domaintune.core.records.judgment import READ, Judgment
from domaintune.core.scoring.card import MEAN, SingleCard


def single_scores(settings: Settings, inputs: Inputs) -> dict[Key, dict[str, list[Both]]]:
    """Return every arm's and its baseline's scores of each question that either was judged on; None where lost."""
    found: dict[Key, dict[str, list[Both]]] = {}
    for rubric, card in sorted(inputs.cards.items()):
        values = {arm: single_values(card, inputs.judgments[arm], arm) for arm in settings.arms}
        for arm, entry in sorted(settings.arms.items()):
            if entry.baseline == arm:
                continue
            rows = [*inputs.judgments[arm], *inputs.judgments[entry.baseline]]
            judged = sorted({row.question_id for row in rows if row.rubric == rubric})
            for name in card.measured:
                ours, theirs = values[arm][name], values[entry.baseline][name]
                found[arm, rubric, name] = {q: [(theirs.get(q), ours.get(q))] for q in judged}
    return found


def compare_single(settings: Settings, inputs: Inputs, told: Mapping[Key, dict[str, Any]]) -> dict[str, Any]:
    """Return each rubric's means, and beside them the tests against the baseline."""
    return {name: _rubric(card, settings, inputs, told) for name, card in sorted(inputs.cards.items())}


def _rubric(
    card: SingleCard, settings: Settings, inputs: Inputs, told: Mapping[Key, dict[str, Any]]
) -> dict[str, Any]:
    published, by_topic = card.published, card.published_categories
    return {
        "description": card.description,
        "source": card.source,
        "language": settings.rubrics[card.name].language,
        "headline": card.headline,
        "criteria": _criteria(card),
        "arms": {arm: _arm(card, inputs, arm, settings.comparing.alpha) for arm in sorted(settings.arms)},
        "against_baseline": {
            arm: {
                "baseline": entry.baseline,
                "paired": {
                    name: told[arm, card.name, name]
                    for name in card.measured
                    if (arm, card.name, name) in told
                },
            }
            for arm, entry in sorted(settings.arms.items())
            if entry.baseline != arm
        },
        "published": None if published is None else published.model_dump(),
        "published_categories": None
        if by_topic is None
        else by_topic.model_dump() | {"heads": by_topic.heads},
    }


def _criteria(card: SingleCard) -> list[dict[str, Any]]:
    found = [
        {"name": one.name, "title": one.title, "lowest": one.lowest, "highest": one.highest}
        for one in card.criteria
    ]
    if card.one_range:
        title = {"en": "Mean of all", "ko": "전체 평균"}
        found.append({**found[0], "name": MEAN, "title": title})
    return found


def _arm(card: SingleCard, inputs: Inputs, arm: str, alpha: float) -> dict[str, Any]:
    rows = [row for row in inputs.judgments[arm] if row.rubric == card.name]
    values = single_values(card, rows, arm)
    outcomes: Counter[str] = Counter(row.outcome for row in rows)
    scored = {question_id for own in values.values() for question_id in own}
    return {
        "judgments": len(rows),
        "outcomes": dict(sorted(outcomes.items())),
        "parse_rate": sum(outcomes[o] for o in READ) / len(rows) if rows else None,
        "questions_unscored": unscored(inputs.answers[arm], scored, sort_out(rows, {}).lost),
        **by_category(
            values,
            inputs.questions,
            inputs.seen[arm],
            {name: inputs.scales[card.name, name] for name in values},
            alpha,
        ),
    }


def single_values(card: SingleCard, judgments: Sequence[Judgment], arm: str) -> Values:
    """Return an arm's scores by criterion and question, and the mean of all criteria where they share a range."""
    used = sort_out([row for row in judgments if row.rubric == card.name], {}).used
    values = {name: of_one(used, name, arm) for name in card.names}
    if card.one_range:
        whole = set.intersection(*(set(own) for own in values.values()))
        values[MEAN] = {q: fmean(values[name][q] for name in card.names) for q in sorted(whole)}
    return values
