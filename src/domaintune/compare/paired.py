"""One arm against its baseline on one criterion, and what is left of it where several arms are tested."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from domaintune.compare.inputs import Settings
from domaintune.compare.scores import Pair
from domaintune.compare.words import Origin, asked_in_words
from domaintune.science.evidence.significance import holm
from domaintune.science.evidence.statistics import compare_paired
from domaintune.science.evidence.statistics_text import in_words, tables


class Duel(NamedTuple):
    """An arm, its baseline, and the questions that either answered."""

    arm: str
    baseline: str
    asked: frozenset[str]
    origin: Origin
    """What all questions that were asked are from."""


def compare_pairs(settings: Settings, duel: Duel, values: Sequence[Pair]) -> dict[str, Any]:
    """Return the statistics, the study's tables and the sentence for one criterion."""
    result = compare_paired(
        [pair.baseline for pair in values],
        [pair.arm for pair in values],
        settings.comparing.alpha,
        settings.comparing.power,
    )
    on = f"On {asked_in_words(settings.answering, duel.origin, len(values))}"
    return {
        "statistics": result.as_dict(),
        "tables": [table._asdict() for table in tables(result, duel.baseline, duel.arm)],
        "in_words": in_words(result, duel.baseline, duel.arm, on),
    }


def adjust(found: Mapping[tuple[str, str, str], dict[str, Any]]) -> None:
    """Add Holm's p-values over the arms to each criterion of each rubric; keys are rubric, criterion, arm."""
    families: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for (rubric, name, _), paired in sorted(found.items()):
        paired["p_holm"] = None
        if paired["statistics"]["t_test"]["p_two_tail"] is not None:
            families.setdefault((rubric, name), []).append(paired)
    for family in families.values():
        adjusted = holm([paired["statistics"]["t_test"]["p_two_tail"] for paired in family])
        for paired, p in zip(family, adjusted, strict=True):
            paired["p_holm"] = p
            paired["arms_tested"] = len(family)
