"""Rubrics that score each answer by itself: every arm's means, by category too, and each arm against its baseline."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from domaintune.compare.inputs import Inputs, Settings
from domaintune.compare.paired import Duel, adjust, compare_pairs
from domaintune.compare.scores import READ, Pair, of_one, sort_out, unscored
from domaintune.compare.words import origin_of
from domaintune.core.records.judgment import Judgment
from domaintune.core.records.question import Question
from domaintune.core.scoring.card import SingleCard
from domaintune.science.evidence.samples import mean_interval

Scores = Mapping[str, Mapping[str, float]]
"""Criterion → question → score."""


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
    values = {
        arm: {name: of_one(sort_out(own).used, name, arm) for name in card.names} for arm, own in rows.items()
    }
    alpha, published = settings.comparing.alpha, card.published
    return {
        "description": card.description,
        "source": card.source,
        "language": settings.rubrics[card.name].language,
        "headline": card.headline,
        "criteria": [
            {"name": one.name, "title": one.title, "lowest": one.lowest, "highest": one.highest}
            for one in card.criteria
        ],
        "arms": {
            arm: _arm(own, values[arm], inputs.answers[arm], inputs.questions, alpha)
            for arm, own in rows.items()
        },
        "against_baseline": _against(card, settings, values, scores, inputs.questions),
        "published": None if published is None else published.model_dump(),
    }


def _arm(
    rows: Sequence[Judgment],
    values: Scores,
    answered: Iterable[str],
    questions: Mapping[str, Question],
    alpha: float,
) -> dict[str, Any]:
    outcomes: Counter[str] = Counter(row.outcome for row in rows)
    read = {question_id for scored in values.values() for question_id in scored}
    return {
        "judgments": len(rows),
        "outcomes": dict(sorted(outcomes.items())),
        "parse_rate": sum(outcomes[o] for o in READ) / len(rows) if rows else None,
        "questions_unscored": unscored(answered, read, rows),
        "criteria": _means(values, read, alpha),
        "categories": {
            category: _means(values, own, alpha) for category, own in _by_category(read, questions).items()
        },
    }


def _means(values: Scores, among: Iterable[str], alpha: float) -> dict[str, Any]:
    """Return n, mean and interval of each criterion; a criterion without a score is left out."""
    wanted, result = set(among), {}
    for name, scored in values.items():
        own = [value for question_id, value in scored.items() if question_id in wanted]
        if own:
            mean, low, high = mean_interval(own, alpha)
            result[name] = {"n": len(own), "mean": mean, "ci_low": low, "ci_high": high}
    return result


def _by_category(read: Iterable[str], questions: Mapping[str, Question]) -> dict[str, set[str]]:
    """Return the scored questions of each category; a question that carries none is in no category."""
    found: dict[str, set[str]] = {}
    for question_id in read:
        if category := questions[question_id].category:
            found.setdefault(category, set()).add(question_id)
    return dict(sorted(found.items()))


def _against(
    card: SingleCard,
    settings: Settings,
    values: Mapping[str, Scores],
    scores: dict[tuple[str, str, str], list[Pair]],
    questions: Mapping[str, Question],
) -> dict[str, Any]:
    result: dict[str, Any] = {}
    tested: dict[tuple[str, str, str], dict[str, Any]] = {}
    for arm, entry in sorted(settings.arms.items()):
        if entry.baseline == arm:
            continue
        ours, theirs, paired = values[arm], values[entry.baseline], {}
        for name in card.names:
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
