"""Agreement of the judge with itself: some rows are graded again, each time with a sampling seed of its own."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from domaintune.core.stage.record import Record
from domaintune.grade.asking import Scored, Wanted
from domaintune.grade.rows import GradedRow
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


def wanted(rows: Iterable[GradedRow], repeats: int) -> list[Wanted]:
    """Return the further gradings of the sampled rows; the first one is asked for with all others."""
    return [Wanted(named(row.id, at), row.material, at) for row in rows for at in range(1, repeats)]


def named(row: str, repeat: int) -> str:
    """Return the name under which a grading of a row is asked for."""
    return f"{row}/{repeat}"


def regraded(rows: Iterable[GradedRow], repeats: int, scored: Mapping[str, Scored]) -> Regraded:
    """Return all values of the sampled rows, and how many gradings could not be read."""
    gradings = [(row.id, at, scored[named(row.id, at)]) for row in rows for at in range(repeats)]
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
