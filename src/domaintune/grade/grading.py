"""Grading from the rows to their grades: first the planted answers, then the rows, then what can be counted."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from domaintune.core.records.grade import Grade, Grading
from domaintune.core.records.outcome import READ
from domaintune.core.scoring.asking import Asks
from domaintune.core.stage.reject import Reject
from domaintune.grade import planted, repeating
from domaintune.grade.agreeing import check_agreement, pairs
from domaintune.grade.asking import Scored, Wanted, score
from domaintune.grade.job import Job
from domaintune.grade.planted import Planted
from domaintune.grade.repeating import Regraded, named
from domaintune.grade.rows import Chosen, GradedRow, lowest
from domaintune.grade.surface import measured


class Graded(NamedTuple):
    """What grading gave."""

    grades: list[Grade]
    gradings: list[Grading]
    """One for each row that was asked about."""
    planted: list[Planted]
    repeats: Regraded
    rejects: list[Reject]
    """Rows that stay ungraded, each with its reason."""


def grade(asker: Asks, job: Job, chosen: Chosen) -> Graded:
    """Grade the chosen rows. A row whose grading could not be read has no grade.

    Raises:
        GateError: the judge does not tell the planted answers apart; no row was asked about.
        TeacherError: the judge cannot answer; what it answered before is in the ledger.
    """
    settings = job.settings
    known = _planted(asker, job, len(chosen.asked)) if job.asks_model and chosen.asked else []
    again = job.asks_model and settings.repeats > 1
    sample = lowest(chosen.asked, settings.repeat_rows, "repeat") if again else []
    first = [Wanted(named(row.id, 0), row.material, 0) for row in chosen.asked]
    scored = score(asker, job, first + repeating.wanted(sample, settings.repeats))
    gradings = [_grading(row, scored[named(row.id, 0)]) for row in chosen.asked]
    judged = [
        Grade(instruction_id=row.id, name=name, value=value, by="judge")
        for row in chosen.asked
        for name, value in scored[named(row.id, 0)].values().items()
    ]
    return Graded(
        grades=judged + measured(chosen.asked),
        gradings=gradings,
        planted=known,
        repeats=repeating.regraded(sample, settings.repeats, scored),
        rejects=[*(_lost(one) for one in gradings if one.outcome not in READ), *map(_left, chosen.left)],
    )


def _planted(asker: Asks, job: Job, waiting: int) -> list[Planted]:
    known = planted.planted(job.card, score(asker, job, planted.wanted(job.card)))
    check_agreement(job, pairs(known), waiting)
    return known


def _grading(row: GradedRow, scored: Scored) -> Grading:
    return Grading(
        instruction_id=row.id,
        outcome=scored.outcome,
        reason=scored.scores.reason if scored.scores else "",
        detail=scored.detail,
        request_id=scored.request_id,
    )


def _lost(grading: Grading) -> Reject:
    return _reject(
        grading.instruction_id,
        "too_long" if grading.outcome == "failed" else grading.outcome,
        grading.detail,
        {"request_id": grading.request_id},
        failed=grading.outcome in ("refused", "failed"),
    )


def _left(row: GradedRow) -> Reject:
    return _reject(row.id, "beyond_max_rows", "not among the rows that gradings' max_rows lets through", {})


def _reject(name: str, reason: str, detail: str, more: Mapping[str, str], *, failed: bool = False) -> Reject:
    kind = "failed" if failed else "rejected"
    return Reject.of("grade", name, reason, detail, {"instruction_id": name, **more}, kind=kind)


def means(grades: Sequence[Grade]) -> dict[str, dict[str, float]]:
    """Return, for each name, how many rows have such a value, and its mean over those rows."""
    values: dict[str, list[float]] = {}
    for one in grades:
        values.setdefault(one.name, []).append(one.value)
    return {name: {"rows": len(own), "mean": sum(own) / len(own)} for name, own in sorted(values.items())}
