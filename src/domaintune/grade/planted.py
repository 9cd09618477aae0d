"""Planted answers: rows whose quality is known, each with bad versions, on which a judge is tried before any row."""

from collections.abc import Mapping, Sequence

from domaintune.core.frames import Record
from domaintune.core.records.judgment import Outcome
from domaintune.core.scoring.calibration import (
    Pair,
    agreement,
    bad_answers,
    falls_short,
    missed,
    percent,
    scored_pair,
)
from domaintune.core.stage.errors import GateError
from domaintune.grade.asking import GradingJob, ScoredText, Wanted
from domaintune.grade.spec import CalibrationRow, GradeSpec

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


def wanted(card: GradeSpec) -> list[Wanted]:
    """Return every planted answer as something to be scored, once."""
    return [
        Wanted(
            f"{row.name}/{version}", {"instruction": row.instruction, "input": row.input, "answer": answer}, 0
        )
        for row in card.calibration
        for version, answer in _answers(card, row).items()
    ]


def planted(card: GradeSpec, scored: Mapping[str, ScoredText]) -> list[Planted]:
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
        for row in card.calibration
        for version, answer in _answers(card, row).items()
    ]


def _answers(card: GradeSpec, row: CalibrationRow) -> dict[str, str]:
    """Return the good answer and each bad version of it."""
    return {"good": row.answer, **bad_answers(row, card.calibration)}


def pairs(rows: Sequence[Planted]) -> list[Pair]:
    """Return each bad answer beside the good one of its row."""
    good = {row.row: row.mean for row in rows if row.version == "good"}
    return [
        scored_pair(row.row, row.language, row.version, good[row.row], row.mean)
        for row in rows
        if row.version != "good"
    ]


def check_agreement(job: GradingJob, found: Sequence[Pair], waiting: int) -> None:
    """Stop before the rows are graded by a judge that does not know good from bad.

    Raises:
        GateError: naming each kind of pair that is not always told apart, with an example.
    """
    least = job.settings.min_agreement
    if not falls_short(found, least):
        return
    told = f"{sum(pair.told_apart for pair in found)} of {len(found)} planted pairs ({percent(agreement(found))})"
    raise GateError(
        f"grade ({job.key}): in {told} the judge gives the good answer the higher mean, less often than "
        f"grade.min_agreement = {percent(least)} in a language, or than half of that for a kind of fault. None of the "
        f"{waiting} rows was graded and nothing was written; the planted answers are paid for and stay in the ledger.\n"
        f"{missed(found)}"
        "\nChoose a better judge (grade.model); or word criteria and domain more clearly in "
        f"catalog/grades/{job.card.name}.yaml, and see there whether the planted rows fit your domain; or lower "
        "grade.min_agreement, if grades that miss these kinds of fault are good enough."
    )
