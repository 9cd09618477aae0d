"""Holding the judge against the planted answers, before any row is graded."""

from collections.abc import Sequence
from typing import NamedTuple

from domaintune.core.stage.errors import GateError
from domaintune.grade.job import Job
from domaintune.grade.planted import VERSIONS, Planted


class Pair(NamedTuple):
    """A good and a bad answer to the same thing."""

    row: str
    version: str
    good: float | None
    bad: float | None

    @property
    def told_apart(self) -> bool:
        """Return whether the good answer has the higher mean; a reply that cannot be read tells nothing apart."""
        return self.good is not None and self.bad is not None and self.good > self.bad


def pairs(rows: Sequence[Planted]) -> list[Pair]:
    """Return each bad answer beside the good one of its row."""
    good = {row.row: row.mean for row in rows if row.version == "good"}
    return [Pair(row.row, row.version, good[row.row], row.mean) for row in rows if row.version != "good"]


def agreement(found: Sequence[Pair]) -> float:
    """Return the share (0-1) of pairs that are told apart; there is always one."""
    return sum(pair.told_apart for pair in found) / len(found)


def check_agreement(job: Job, found: Sequence[Pair], waiting: int) -> None:
    """Stop before the rows are graded by a judge that does not know good from bad.

    Raises:
        GateError: naming each kind of pair that is not always told apart, with an example.
    """
    least = job.settings.min_agreement
    if (share := agreement(found)) >= least:
        return
    told = sum(pair.told_apart for pair in found)
    lines = [line for version in VERSIONS if (line := _missed([p for p in found if p.version == version]))]
    raise GateError(
        f"grade ({job.key}): in {told} of {len(found)} planted pairs ({share:.0%}) the judge gives the good answer the "
        f"higher mean, fewer than grade.min_agreement = {least:.0%}. None of the {waiting} rows was graded and nothing "
        "was written; the planted answers are paid for and stay in the ledger.\n"
        + "\n".join(lines)
        + "\nChoose a better judge (grade.model); or word criteria and domain more clearly in "
        f"catalog/grades/{job.card.name}.yaml, and see there whether the planted rows fit your domain; or lower "
        "grade.min_agreement, if grades that miss these kinds of fault are good enough."
    )


def _missed(own: Sequence[Pair]) -> str | None:
    """Return a line about the pairs of one kind, or None where all are told apart."""
    if not (missed := [pair for pair in own if not pair.told_apart]):
        return None
    told, pair = len(own) - len(missed), missed[0]
    good, bad = ("unread" if mean is None else f"{mean:.2f}" for mean in (pair.good, pair.bad))
    return f"  {pair.version}: {told} of {len(own)} told apart; e.g. {pair.row}: good {good}, {pair.version} {bad}"
