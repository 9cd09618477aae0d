"""Grading: first the calibration items, then the rows, some of them several times, then what needs no judge."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from domaintune.core.frames import Record
from domaintune.core.records.judgment import READ, CalibrationPair, Grade, Grading, Outcome
from domaintune.core.scoring.asking import unscored
from domaintune.core.scoring.calibration import check_calibration, prefers_good
from domaintune.core.stage.accounting import Reject
from domaintune.core.teacher.asking import Asker
from domaintune.grade.rows import GradedRow, GradedRows, lowest, measured
from domaintune.grade.spec import GradingJob, ScoredText, score


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
    scored = score(
        asker, job, {(name, 0): asked[name] for name in asked} | {one: asked[one[0]] for one in repeats}
    )
    gradings = [_grading(name, scored[name, 0]) for name in asked]
    judged = [
        Grade(instruction_id=name, name=criterion, value=value, by="judge")
        for name in asked
        for criterion, value in scored[name, 0].values.items()
    ]
    return Graded(
        grades=judged + measured(chosen.asked),
        gradings=gradings,
        calibration=known,
        repeats=_repeats(repeats, scored),
        unread=sum(scored[one].scores is None for one in repeats) if repeats else None,
        rejects=list(_rejects(gradings, chosen.left)),
    )


def calibrate(asker: Asker, job: GradingJob, waiting: int) -> list[CalibrationAnswer]:
    """Return the calibration answers with their grades, each asked for once.

    Raises:
        GateError: the judge does not know good from bad.
    """
    spec = job.spec
    wanted = {
        (f"{item.name}/{version}", 0): {
            "instruction": item.instruction,
            "input": item.input,
            "answer": answer,
        }
        for item, version, answer in spec.answers
    }
    scored = {name: one for (name, _), one in score(asker, job, wanted).items()}
    found = [
        CalibrationAnswer(
            id=(name := f"{item.name}/{version}"),
            row=item.name,
            version=version,
            language=item.language,
            instruction=item.instruction,
            input=item.input,
            answer=answer,
            mean=scored[name].values.get("mean"),
            outcome=scored[name].outcome,
            reason=scored[name].reason,
            detail=scored[name].detail,
            request_id=scored[name].request_id,
        )
        for item, version, answer in spec.answers
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
    good = {row.row: row.mean for row in rows if row.version == "good"}
    told = {row.id: prefers_good(row.version, good[row.row], row.mean) for row in rows}
    return [
        CalibrationPair(
            id=row.id,
            rubric=spec,
            row=row.row,
            version=row.version,
            language=row.language,
            told_apart=told[row.id][0],
            said=told[row.id][1],
            request_ids=[row.request_id],
        )
        for row in rows
        if row.version != "good"
    ]


def _grading(name: str, scored: ScoredText) -> Grading:
    return Grading(
        instruction_id=name,
        outcome=scored.outcome,
        reason=scored.reason,
        detail=scored.detail,
        request_id=scored.request_id,
    )


def _repeats(asked: Iterable[tuple[str, int]], scored: Mapping[tuple[str, int], ScoredText]) -> list[Repeat]:
    return [
        Repeat(instruction_id=row, repeat=at, name=name, value=value, request_id=scored[row, at].request_id)
        for row, at in asked
        for name, value in scored[row, at].values.items()
    ]


def _rejects(gradings: Iterable[Grading], left: Iterable[GradedRow]) -> Iterator[Reject]:
    for one in gradings:
        if one.outcome not in READ:
            names = {"instruction_id": one.instruction_id, "request_id": one.request_id}
            yield unscored("grade", one.instruction_id, one.outcome, one.detail, names)
    beyond = "not among the rows that gradings' max_rows lets through"
    for row in left:
        yield Reject.of("grade", row.id, "beyond_max_rows", beyond, {"instruction_id": row.id})
