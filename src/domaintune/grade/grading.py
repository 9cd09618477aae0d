"""Grading: first the calibration items, then the rows, some of them several times, then what needs no judge."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from domaintune.core.frames import Record
from domaintune.core.records.judgment import READ, CalibrationPair, Grade, Grading, Outcome
from domaintune.core.scoring.asking import PAID
from domaintune.core.scoring.calibration import (
    agreement,
    check_calibration,
    falls_short,
    prefers_good,
    self_agreement,
)
from domaintune.core.scoring.spec import MEAN
from domaintune.core.sections.data import GradingSet
from domaintune.core.sections.evaluation import Language
from domaintune.core.stage.accounting import Accounts, Reject
from domaintune.core.teacher.asking import Asker
from domaintune.grade.params import GradeSettings
from domaintune.grade.rows import GradedRow, lowest, measured, ungraded
from domaintune.grade.spec import GradeSpec, score

OFFLINE = "heuristic"
ASIDE = ("needs_model", "beyond_max_rows", "unfit_judge")
"""Reasons why a row was not asked about: they count on neither side of the share that may be lost."""


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


def grade(
    asker: Asker,
    key: str,
    wanted: GradingSet,
    spec: GradeSpec,
    rows: Sequence[GradedRow],
    *,
    settings: GradeSettings,
) -> Graded:
    """Grade `max_rows` rows, unless the judge fails its calibration. One whose grading could not be read has none."""
    graded, asks_model = lowest(rows, wanted.max_rows, "row"), settings.model.backend != OFFLINE
    asked = {row.id: row._asdict() for row in graded}
    known: list[CalibrationAnswer] = []
    if asks_model and asked:
        known = calibrate(asker, key, spec, wanted.language, settings=settings, waiting=len(asked))
        if falls_short(pairs(spec.name, known), settings.min_agreement):
            asked = {}
    again = asks_model and settings.repeats > 1 and bool(asked)
    sample = [row.id for row in lowest(graded, settings.repeat_rows, "repeat")] if again else []
    repeats = [(name, at) for name in sample for at in range(settings.repeats)]
    shown = {one: asked[one[0]] for one in [*((name, 0) for name in asked), *repeats]}
    scored = score(asker, spec, wanted.language, shown)
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
    rejects = ungraded(rows, gradings, measured_alone={row.id for row in graded} - asked.keys())
    return Graded(judged + measured(graded), gradings, known, repeated, unread, rejects)


def calibrate(
    asker: Asker, key: str, spec: GradeSpec, language: Language, *, settings: GradeSettings, waiting: int
) -> list[CalibrationAnswer]:
    """Return the calibration answers with their grades, each asked for once; `unfit_judge: stop` may end the run."""
    scored = score(asker, spec, language, {(name, 0): answer for name, answer in spec.answers.items()})
    found = [
        CalibrationAnswer(id=name, **answer, mean=scored[name, 0].values.get(MEAN), **scored[name, 0].said)
        for name, answer in spec.answers.items()
    ]
    if settings.unfit_judge == "measure":
        return found
    mend = (
        f"word criteria and domain more clearly in catalog/grades/{spec.name}.yaml, and see there whether the "
        "calibration items fit your domain; or set grade.unfit_judge: measure, for the heuristic measures alone"
    )
    least, spared = settings.min_agreement, f"{waiting} rows was graded"
    check_calibration("grade", key, pairs(spec.name, found), least=least, spared=spared, mend=mend)
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


def account_for(key: str, most: float, graded: Graded, rows_in: int, asked: Mapping[str, int]) -> Accounts:
    """Return checked accounts. A row is one training row of the groups."""
    outcomes = Counter(grading.outcome for grading in graded.gradings)
    accounts = Accounts("grade", key, "rows")
    accounts.rows_in, accounts.kept = rows_in, sum(outcomes[name] for name in READ)
    accounts.lose(graded.rejects)
    accounts.extra |= {name: outcomes[name] for name in READ} | {name: asked[name] for name in PAID}
    accounts.check_reject_fraction(most, aside=ASIDE)
    return accounts


def figures(graded: Graded, accounts: Accounts) -> dict[str, Any]:
    """Return the metrics: rows, means, agreement with the calibration items and of the judge with itself."""
    values: dict[str, dict[str, list[float]]] = {"judge": {}, "heuristic": {}}
    for one in graded.grades:
        values[one.by].setdefault(one.name, []).append(one.value)
    means = {by: {name: sum(own) / len(own) for name, own in named.items()} for by, named in values.items()}
    found: dict[str, Any] = {
        "rows": accounts.rows_in,
        "graded": accounts.kept,
        "ungraded": dict(accounts.lost["rejected"] + accounts.lost["failed"]),
        "judge": means["judge"],
        "heuristic": {
            name: {"rows": len(values["heuristic"][name]), "mean": mean}
            for name, mean in means["heuristic"].items()
        },
    }
    if graded.calibration:
        both = pairs("", graded.calibration)
        found["calibration"] = {
            "pairs": len(both),
            "agreement": agreement(both),
            "unread": sum(row.mean is None for row in graded.calibration),
            **{
                version: agreement([pair for pair in both if pair.version == version])
                for version in {pair.version for pair in both}
            },
        }
    if graded.unread is not None:
        found["repeats"] = {
            "asked": len({(one.instruction_id, one.repeat) for one in graded.repeats}) + graded.unread,
            "unread": graded.unread,
            "agreement": self_agreement((one.name, one.instruction_id, one.value) for one in graded.repeats),
        }
    return found
