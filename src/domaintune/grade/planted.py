"""Planted answers: rows whose quality is known, each with bad versions of its answer."""

from collections.abc import Mapping

from domaintune.core.records.outcome import Outcome
from domaintune.core.scoring.planted import bad_answers
from domaintune.core.stage.record import Record
from domaintune.grade.asking import Scored, Wanted
from domaintune.grade.card import GradeCard, PlantedRow

VERSIONS = ("swapped", "truncated", "contradicted", "empty", "off_language")


class Planted(Record):
    """One planted answer and what the judge made of it."""

    id: str
    row: str
    """Name of the card's planted row."""
    version: str
    """good, or what is bad about it."""
    language: str
    instruction: str
    input: str
    answer: str
    mean: float | None
    """Of all criteria; null where the judge's reply could not be read."""
    outcome: Outcome
    reason: str
    detail: str
    request_id: str


def wanted(card: GradeCard) -> list[Wanted]:
    """Return every planted answer as something to be scored, once."""
    return [
        Wanted(
            f"{row.name}/{version}", {"instruction": row.instruction, "input": row.input, "answer": answer}, 0
        )
        for row in card.planted
        for version, answer in _answers(card, row).items()
    ]


def planted(card: GradeCard, scored: Mapping[str, Scored]) -> list[Planted]:
    """Return the planted answers with their grades."""
    return [
        Planted(
            id=(name := f"{row.name}/{version}"),
            row=row.name,
            version=version,
            language=row.language,
            instruction=row.instruction,
            input=row.input,
            answer=answer,
            mean=scored[name].mean,
            outcome=scored[name].outcome,
            reason=scores.reason if (scores := scored[name].scores) else "",
            detail=scored[name].detail,
            request_id=scored[name].request_id,
        )
        for row in card.planted
        for version, answer in _answers(card, row).items()
    ]


def _answers(card: GradeCard, row: PlantedRow) -> dict[str, str]:
    """Return the good answer and each bad version of it."""
    return {"good": row.answer, **bad_answers(row, card.planted)}
