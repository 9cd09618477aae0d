"""Grading: first the calibration items, then the rows, some of them several times, then what needs no judge."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from domaintune.core.frames import Record
from domaintune.core.records.judgment import READ, CalibrationPair, Grade, Grading, Outcome
from domaintune.core.scoring.asking import unscored
from domaintune.core.scoring.calibration import check_calibration, prefers_good
from domaintune.core.scoring.spec import MEAN
from domaintune.core.stage.accounting import Reject
from domaintune.core.teacher.asking import Asker
from domaintune.grade.rows import GradedRows, lowest, measured
from domaintune.grade.spec import GradingJob, score

NAMED = {"instruction_id", "request_id"}
"""Of a grading, what its reject keeps."""


class CalibrationAnswer(Record):
    """One calibration answer and what the judge made of it."""

    id: str
    row: str
    """Name of the spec's calibration item."""
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


class Repeat(Record):
    """One value of one of several gradings of a row."""

    instruction_id: str
    repeat: int
    """0 is the grading that counts."""
    name: str
    value: float
    request_id: str


class Graded(NamedTuple):
    """What grading gave."""

    grades: list[Grade]
    gradings: list[Grading]
    """One for each row that was asked about."""
    calibration: list[CalibrationAnswer]
    repeats: list[Repeat]
    """All values of the rows that were graded several times."""
    unread: int | None
    """Of the gradings of these rows, replies that could not be read; None where none was graded again."""
    rejects: list[Reject]
    """Rows that stay ungraded, each with its reason."""


def grade(asker: Asker, job: GradingJob, chosen: GradedRows) -> Graded:
    """Grade the chosen rows. A row whose grading could not be read has no grade.

    Raises:
        GateError: the judge does not tell the calibration items apart; no row was asked about.
        TeacherError: the judge cannot answer; what it answered before is in the ledger.
    """
    settings, asked = job.settings, {row.id: row._asdict() for row in chosen.asked}
    known = calibrate(asker, job, len(asked)) if job.asks_model and asked else []
    again = job.asks_model and settings.repeats > 1
    sample = [row.id for row in lowest(chosen.asked, settings.repeat_rows, "repeat")] if again else []
    repeats = [(name, at) for name in sample for at in range(settings.repeats)]
    wanted = {one: asked[one[0]] for one in [*((name, 0) for name in asked), *repeats]}
    scored = score(asker, job, wanted)
    gradings = [Grading(instruction_id=name, **scored[name, 0].said) for name in asked]
    judged = [
        Grade(instruction_id=name, name=criterion, value=value, by="judge")
        for name in asked
        for criterion, value in scored[name, 0].values.items()
    ]
    repeated = [
        Repeat(
            instruction_id=one[0],
            repeat=one[1],
            name=name,
            value=value,
            request_id=scored[one].said["request_id"],
        )
        for one in repeats
        for name, value in scored[one].values.items()
    ]
    unread = sum(not scored[one].values for one in repeats) if repeats else None
    rejects = rejects_of(gradings, [row.id for row in chosen.rows if row.id not in asked])
    return Graded(judged + measured(chosen.asked), gradings, known, repeated, unread, rejects)


def calibrate(asker: Asker, job: GradingJob, waiting: int) -> list[CalibrationAnswer]:
    """Return the calibration answers with their grades, each asked for once.

    Raises:
        GateError: the judge does not know good from bad.
    """
    spec = job.spec
    scored = score(asker, job, {(name, 0): answer for name, answer in spec.answers.items()})
    found = [
        CalibrationAnswer(id=name, **answer, mean=scored[name, 0].values.get(MEAN), **scored[name, 0].said)
        for name, answer in spec.answers.items()
    ]
    mend = (
        f"word criteria and domain more clearly in catalog/grades/{spec.name}.yaml, and see there whether the "
        "calibration items fit your domain"
    )
    least, spared = job.settings.min_agreement, f"{waiting} rows was graded"
    check_calibration("grade", job.key, pairs(spec.name, found), least=least, spared=spared, mend=mend)
    return found


def pairs(spec: str, rows: Sequence[CalibrationAnswer]) -> list[CalibrationPair]:
    """Return each bad answer beside the good one of its item."""
    good, found = {row.row: row.mean for row in rows if row.version == "good"}, []
    for row in (row for row in rows if row.version != "good"):
        told, said = prefers_good(row.version, good[row.row], row.mean)
        item = row.model_dump(include={"id", "row", "version", "language"})
        found.append(
            CalibrationPair(**item, rubric=spec, told_apart=told, said=said, request_ids=[row.request_id])
        )
    return found


def rejects_of(gradings: Iterable[Grading], left: Iterable[str]) -> list[Reject]:
    """Return a reject for each row that was asked about and has no grade, and for each beyond `max_rows`."""
    beyond = "not among the rows that gradings' max_rows lets through"
    unread = [
        unscored("grade", one.instruction_id, one.outcome, one.detail, one.model_dump(include=NAMED))
        for one in gradings
        if one.outcome not in READ
    ]
    return unread + [
        Reject.of("grade", name, "beyond_max_rows", beyond, {"instruction_id": name}) for name in left
    ]
