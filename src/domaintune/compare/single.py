"""Rubrics that score each answer by itself: every arm's means, by category too, and each arm against its baseline."""

from collections import Counter
from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import Any

from domaintune.compare.categories import Values, by_category
from domaintune.compare.inputs import Inputs, Settings
from domaintune.compare.paired import Duel, adjust, compare_pairs
from domaintune.compare.scores import Pair, of_one, sort_out, unscored
from domaintune.compare.words import origin_of
from domaintune.core.records.judgment import Judgment
from domaintune.core.records.outcome import READ
from domaintune.core.records.question import Question
from domaintune.core.scoring.card import MEAN, SingleCard


def compare_single(
    settings: Settings, inputs: Inputs, scores: dict[tuple[str, str, str], list[Pair]]
) -> dict[str, Any]:
    """Return each rubric's means and tests; the pairs that were tested are added to `scores`."""
    return {name: _rubric(card, settings, inputs, scores) for name, card in sorted(inputs.cards.items())}


def _rubric(
    card: SingleCard, settings: Settings, inputs: Inputs, scores: dict[tuple[str, str, str], list[Pair]]
) -> dict[str, Any]:
    rows = {
        arm: [row for row in inputs.judgments[arm] if row.rubric == card.name]
        for arm in sorted(settings.arms)
    }
    values = {arm: single_values(card, own, arm) for arm, own in rows.items()}
    alpha, published, by_topic = settings.comparing.alpha, card.published, card.published_categories
    return {
        "description": card.description,
        "source": card.source,
        "language": settings.rubrics[card.name].language,
        "headline": card.headline,
        "criteria": _criteria(card),
        "arms": {arm: _arm(inputs, arm, own, values[arm], alpha) for arm, own in rows.items()},
        "against_baseline": _against(card, settings, values, scores, inputs.questions),
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


def _arm(inputs: Inputs, arm: str, rows: Sequence[Judgment], values: Values, alpha: float) -> dict[str, Any]:
    outcomes: Counter[str] = Counter(row.outcome for row in rows)
    read = {question_id for scored in values.values() for question_id in scored}
    return {
        "judgments": len(rows),
        "outcomes": dict(sorted(outcomes.items())),
        "parse_rate": sum(outcomes[o] for o in READ) / len(rows) if rows else None,
        "questions_unscored": unscored(inputs.answers[arm], read, rows),
        **by_category(values, inputs.questions, inputs.seen[arm], alpha),
    }


def single_values(card: SingleCard, judgments: Sequence[Judgment], arm: str) -> dict[str, dict[str, float]]:
    """Return an arm's scores by criterion and question, and the mean of all criteria where they share a range."""
    used = sort_out([row for row in judgments if row.rubric == card.name]).used
    values = {name: of_one(used, name, arm) for name in card.names}
    if card.one_range:
        whole = set.intersection(*(set(own) for own in values.values()))
        values[MEAN] = {q: fmean(values[name][q] for name in card.names) for q in sorted(whole)}
    return values


def _against(
    card: SingleCard,
    settings: Settings,
    values: Mapping[str, Values],
    scores: dict[tuple[str, str, str], list[Pair]],
    questions: Mapping[str, Question],
) -> dict[str, Any]:
    result: dict[str, Any] = {}
    tested: dict[tuple[str, str, str], dict[str, Any]] = {}
    for arm, entry in sorted(settings.arms.items()):
        if entry.baseline == arm:
            continue
        ours, theirs, paired = values[arm], values[entry.baseline], {}
        for name in card.measured:
            both = sorted(set(ours[name]) & set(theirs[name]))
            if both:
                pairs = [Pair(q, theirs[name][q], ours[name][q]) for q in both]
                scores[arm, card.name, name] = pairs
                origin = origin_of(questions[question] for question in both)
                paired[name] = compare_pairs(
                    settings, Duel(arm, entry.baseline, frozenset(both), origin), pairs
                )
                tested[card.name, name, arm] = paired[name]
        result[arm] = {"baseline": entry.baseline, "paired": paired}
    adjust(tested)
    return result
