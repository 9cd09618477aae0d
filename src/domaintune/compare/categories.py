"""Means of answers by category of the question, and of the categories an arm has seen in training apart from others."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from domaintune.core.fan_in import check_owned
from domaintune.core.records.question import Question
from domaintune.core.sections.arms import Arm
from domaintune.core.stage.errors import InputError
from domaintune.core.stage.files import read_json
from domaintune.science.evidence.samples import mean_interval

Values = Mapping[str, Mapping[str, float]]
"""What was measured (a criterion, a text measure) → question → value."""
Seen = frozenset[str] | None
"""Categories of an arm's training rows; None where that is not known."""


def read_mixtures(folder: Path, arms: Mapping[str, Arm]) -> dict[str, dict[str, Any]]:
    """Return what each arm was trained on, as `mix` wrote it down.

    Raises:
        InputError: a file is missing or broken, a folder belongs to no arm, or a mixture says nothing of categories.
    """
    check_owned(folder, arms, "arms")
    found = {name: read_json(folder / name / "mixture.json") for name in sorted(arms)}
    old = [name for name, one in found.items() if one["trained"] and "categories" not in one]
    if old:
        raise InputError(
            f"{folder}: {', '.join(old)}: mixture.json lacks `categories`; it was written before `mix` counted them. "
            "Run `dvc repro`."
        )
    return found


def seen_by(arm: Arm, mixture: Mapping[str, Any]) -> Seen:
    """Return the categories of an arm's training rows.

    An untrained arm has seen none. Of a served arm nothing is known, nor of one whose rows carry no category.
    """
    if arm.endpoint is not None:
        return None
    if not mixture["trained"]:
        return frozenset()
    return frozenset(name for name in mixture["categories"] if name) or None


def by_category(
    values: Values, questions: Mapping[str, Question], seen: Seen, alpha: float
) -> dict[str, Any]:
    """Return means over all questions, by category, and pooled over the seen and the unseen ones.

    `seen` and `unseen` are means over questions, not over categories; each is None where what is seen is not known.
    """
    measured = {question_id for own in values.values() for question_id in own}
    groups: dict[str, set[str]] = {}
    for question_id in sorted(measured):
        if category := questions[question_id].category:
            groups.setdefault(category, set()).add(question_id)
    pooled = {
        side: None
        if seen is None
        else means(values, _union(own for name, own in groups.items() if (name in seen) == wanted), alpha)
        for side, wanted in (("seen", True), ("unseen", False))
    }
    return {
        "criteria": means(values, measured, alpha),
        "categories": {name: means(values, groups[name], alpha) for name in sorted(groups)},
        "seen_categories": None if seen is None else sorted(seen & set(groups)),
        **pooled,
    }


def means(values: Values, among: Iterable[str], alpha: float) -> dict[str, Any]:
    """Return n, mean and interval of each criterion over some questions; one without a value is left out."""
    wanted, result = set(among), {}
    for name, scored in values.items():
        own = [value for question_id, value in scored.items() if question_id in wanted]
        if own:
            mean, low, high = mean_interval(own, alpha)
            result[name] = {"n": len(own), "mean": mean, "ci_low": low, "ci_high": high}
    return result


def _union(groups: Iterable[set[str]]) -> set[str]:
    return {question_id for own in groups for question_id in own}
