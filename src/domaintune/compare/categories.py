"""Means of answers by category of the question, and of the categories an arm has seen in training apart from others."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from domaintune.core.records.question import Question
from domaintune.core.sections.arms import Arm
from domaintune.core.stage.errors import InputError
from domaintune.core.stage.files import check_owned, read_json
from domaintune.science.evidence.design_effect import bounded_mean

Values = Mapping[str, Mapping[str, float]]
"""What was measured (a criterion, a text measure) → question → value."""
Ends = Mapping[str, tuple[float, float]]
"""What was measured → its lowest and highest value."""
COUNTED = ("categories", "uncategorised")
"""What a trained arm's mixture.json says of its rows' categories."""


class Seen(NamedTuple):
    """Categories an arm has seen in training, and those its questions are pooled by."""

    categories: frozenset[str] | None
    """Of the arm's training rows; None where they are not known."""
    pooled: frozenset[str] | None
    """The same, but of an untrained arm what the trained ones have seen: its pooled means stand beside theirs."""


def read_mixtures(folder: Path, arms: Mapping[str, Arm]) -> dict[str, dict[str, Any]]:
    """Return what each arm was trained on, as `mix` wrote it down.

    Raises:
        InputError: a file is missing or broken, a folder belongs to no arm, or a mixture says nothing of categories.
    """
    check_owned(folder, arms, "arms")
    found = {name: read_json(folder / name / "mixture.json") for name in sorted(arms)}
    old = [name for name, one in found.items() if one["trained"] and not set(COUNTED) <= set(one)]
    if old:
        raise InputError(
            f"{folder}: {', '.join(old)}: mixture.json lacks {' or '.join(f'`{name}`' for name in COUNTED)}; it was "
            "written before `mix` counted them. Run `dvc repro`."
        )
    return found


def seen_by(arms: Mapping[str, Arm], mixtures: Mapping[str, Mapping[str, Any]]) -> dict[str, Seen]:
    """Return what each arm has seen.

    An untrained arm has seen nothing; its questions are pooled by all that any trained arm has seen, and not pooled
    where that is known of none. Of a served arm nothing is known, nor of one with a training row that carries no
    category.
    """
    own = {name: _trained_on(arm, mixtures[name]) for name, arm in arms.items()}
    known = [found for name, found in own.items() if found is not None and mixtures[name]["trained"]]
    together = frozenset[str]().union(*known) if known else None
    return {name: Seen(found, together if found == frozenset() else found) for name, found in own.items()}


def _trained_on(arm: Arm, mixture: Mapping[str, Any]) -> frozenset[str] | None:
    if arm.endpoint is not None:
        return None
    if not mixture["trained"]:
        return frozenset()
    return None if mixture["uncategorised"] else frozenset(mixture["categories"])


def by_category(
    values: Values, questions: Mapping[str, Question], seen: Seen, ends: Ends, alpha: float
) -> dict[str, Any]:
    """Return means over all questions, by category, pooled over seen and unseen ones, and by turn of several.

    `seen` and `unseen` are means over questions, not over categories; each is None where what is seen is not known.
    Questions without a category are on neither side.
    """
    measured = {question_id for own in values.values() for question_id in own}
    groups = by_topic(measured, questions)
    pooled = {
        side: None
        if seen.pooled is None
        else means(
            values,
            questions,
            _union(own for name, own in groups.items() if (name in seen.pooled) == wanted),
            ends,
            alpha,
        )
        for side, wanted in (("seen", True), ("unseen", False))
    }
    found = {
        "criteria": means(values, questions, measured, ends, alpha),
        "categories": {name: means(values, questions, own, ends, alpha) for name, own in groups.items()},
        "seen_categories": None if seen.categories is None else sorted(seen.categories & set(groups)),
        **pooled,
    }
    turns = by_turn(measured, questions)
    by_turns = {name: means(values, questions, own, ends, alpha) for name, own in turns.items()}
    return found | ({"turns": by_turns} if turns else {})


def by_topic(among: Iterable[str], questions: Mapping[str, Question]) -> dict[str, set[str]]:
    """Return category → questions, sorted; a question without a category is in none."""
    groups: dict[str, set[str]] = {}
    for question_id in among:
        if category := questions[question_id].category:
            groups.setdefault(category, set()).add(question_id)
    return dict(sorted(groups.items()))


def by_turn(among: Iterable[str], questions: Mapping[str, Question]) -> dict[str, set[str]]:
    """Return turn of a conversation → questions; nothing where all are first turns."""
    groups: dict[str, set[str]] = {}
    for question_id in sorted(among, key=lambda name: questions[name].turn):
        groups.setdefault(f"turn {questions[question_id].turn}", set()).add(question_id)
    return groups if len(groups) > 1 else {}


def means(
    values: Values, questions: Mapping[str, Question], among: Iterable[str], ends: Ends, alpha: float
) -> dict[str, Any]:
    """Return n, clusters, mean and interval of each criterion over some questions; one without a value is left out."""
    wanted, result = set(among), {}
    for name, scored in values.items():
        if own := {question_id: value for question_id, value in scored.items() if question_id in wanted}:
            result[name] = mean_of(own, questions, ends[name], alpha)
    return result


def mean_of(
    values: Mapping[str, float],
    questions: Mapping[str, Question],
    ends: tuple[float, float],
    alpha: float,
) -> dict[str, Any]:
    """Return n, clusters, mean and interval of values by question."""
    found = bounded_mean(list(values.values()), [questions[q].cluster for q in values], ends, alpha)
    return {name: getattr(found, name) for name in ("n", "clusters", "mean", "ci_low", "ci_high")}


def _union(groups: Iterable[set[str]]) -> set[str]:
    return {question_id for own in groups for question_id in own}
