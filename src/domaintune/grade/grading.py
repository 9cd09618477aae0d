"""Grading: first the planted answers, then the rows, some of them several times, then what needs no judge."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from domaintune.core.frames import Record
from domaintune.core.records.judgment import READ, Grade, Grading
from domaintune.core.scoring.asking import unscored
from domaintune.core.stage.accounting import Reject
from domaintune.core.teacher.asking import Asks
from domaintune.grade.asking import GradingJob, ScoredText, Wanted, score
from domaintune.grade.planted import Planted, check_agreement, pairs, planted
from domaintune.grade.planted import wanted as wanted_planted
from domaintune.grade.rows import GradedRow, GradedRows, lowest, measured
from domaintune.science.evidence.self_agreement import Value


class Repeat(Record):
    """One value of one of several gradings of a row."""

    instruction_id: str
    repeat: int
    """0 is the grading that counts."""
    name: str
    value: float
    request_id: str


class Regraded(NamedTuple):
    """What came of grading the sampled rows several times."""

    asked: int
    """Gradings of these rows, the first of each included."""
    unread: int
    """Of these, replies that could not be read: they have no value below."""
    values: list[Repeat]


class Graded(NamedTuple):
    """What grading gave."""

    grades: list[Grade]
    gradings: list[Grading]
    """One for each row that was asked about."""
    planted: list[Planted]
    repeats: Regraded
    rejects: list[Reject]
    """Rows that stay ungraded, each with its reason."""


def grade(asker: Asks, job: GradingJob, chosen: GradedRows) -> Graded:
    """Grade the chosen rows. A row whose grading could not be read has no grade.

    Raises:
        GateError: the judge does not tell the planted answers apart; no row was asked about.
        TeacherError: the judge cannot answer; what it answered before is in the ledger.
    """
    settings = job.settings
    known = _planted(asker, job, len(chosen.asked)) if job.asks_model and chosen.asked else []
    again = job.asks_model and settings.repeats > 1
    sample = lowest(chosen.asked, settings.repeat_rows, "repeat") if again else []
    first = [Wanted(_named(row.id, 0), row.material, 0) for row in chosen.asked]
    scored = score(asker, job, first + _again(sample, settings.repeats))
    gradings = [_grading(row, scored[_named(row.id, 0)]) for row in chosen.asked]
    judged = [
        Grade(instruction_id=row.id, name=name, value=value, by="judge")
        for row in chosen.asked
        for name, value in scored[_named(row.id, 0)].values().items()
    ]
    return Graded(
        grades=judged + measured(chosen.asked),
        gradings=gradings,
        planted=known,
        repeats=regraded(sample, settings.repeats, scored),
        rejects=[*(_lost(one) for one in gradings if one.outcome not in READ), *map(_left, chosen.left)],
    )


def _planted(asker: Asks, job: GradingJob, waiting: int) -> list[Planted]:
    known = planted(job.card, score(asker, job, wanted_planted(job.card)))
    check_agreement(job, pairs(known), waiting)
    return known


def _grading(row: GradedRow, scored: ScoredText) -> Grading:
    return Grading(
        instruction_id=row.id,
        outcome=scored.outcome,
        reason=scored.scores.reason if scored.scores else "",
        detail=scored.detail,
        request_id=scored.request_id,
    )


def _lost(grading: Grading) -> Reject:
    row = {"instruction_id": grading.instruction_id, "request_id": grading.request_id}
    return unscored("grade", grading.instruction_id, grading.outcome, grading.detail, row)


def _left(row: GradedRow) -> Reject:
    detail = "not among the rows that gradings' max_rows lets through"
    return Reject.of("grade", row.id, "beyond_max_rows", detail, {"instruction_id": row.id})


def means(grades: Sequence[Grade]) -> dict[str, dict[str, float]]:
    """Return, for each name, how many rows have such a value, and its mean over those rows."""
    values: dict[str, list[float]] = {}
    for one in grades:
        values.setdefault(one.name, []).append(one.value)
    return {name: {"rows": len(own), "mean": sum(own) / len(own)} for name, own in sorted(values.items())}


def _again(rows: Iterable[GradedRow], repeats: int) -> list[Wanted]:
    """Return the further gradings of the sampled rows; the first one is asked for with all others."""
    return [Wanted(_named(row.id, at), row.material, at) for row in rows for at in range(1, repeats)]


def _named(row: str, repeat: int) -> str:
    """Return the name under which a grading of a row is asked for."""
    return f"{row}/{repeat}"


def regraded(rows: Iterable[GradedRow], repeats: int, scored: Mapping[str, ScoredText]) -> Regraded:
    """Return all values of the sampled rows, and how many gradings could not be read."""
    gradings = [(row.id, at, scored[_named(row.id, at)]) for row in rows for at in range(repeats)]
    values = [
        Repeat(instruction_id=row, repeat=at, name=name, value=value, request_id=one.request_id)
        for row, at, one in gradings
        for name, value in one.values().items()
    ]
    return Regraded(len(gradings), sum(one.scores is None for _, _, one in gradings), values)


def repeated_values(repeats: Iterable[Repeat]) -> list[Value]:
    """Return the values as a judge's agreement with itself is computed from, in the order of the gradings."""
    ordered = sorted(repeats, key=lambda one: (one.instruction_id, one.repeat))
    return [Value(one.name, one.instruction_id, one.value) for one in ordered]
