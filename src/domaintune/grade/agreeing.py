"""Holding the judge against the planted answers, before any row is graded."""

from collections.abc import Sequence

from domaintune.core.scoring.planted import Pair, agreement, falls_short, missed, scored_pair
from domaintune.core.stage.errors import GateError
from domaintune.grade.job import Job
from domaintune.grade.planted import Planted


def pairs(rows: Sequence[Planted]) -> list[Pair]:
    """Return each bad answer beside the good one of its row."""
    good = {row.row: row.mean for row in rows if row.version == "good"}
    return [
        scored_pair(row.row, row.language, row.version, good[row.row], row.mean)
        for row in rows
        if row.version != "good"
    ]


def check_agreement(job: Job, found: Sequence[Pair], waiting: int) -> None:
    """Stop before the rows are graded by a judge that does not know good from bad.

    Raises:
        GateError: naming each kind of pair that is not always told apart, with an example.
    """
    least = job.settings.min_agreement
    if not falls_short(found, least):
        return
    told = sum(pair.told_apart for pair in found)
    raise GateError(
        f"grade ({job.key}): in {told} of {len(found)} planted pairs ({agreement(found):.0%}) the judge gives the good "
        f"answer the higher mean, less often than grade.min_agreement = {least:.0%} in a language, or than half of "
        f"that for a kind of fault. None of the {waiting} rows was graded and nothing was written; the planted answers "
        f"are paid for and stay in the ledger.\n{missed(found)}"
        "\nChoose a better judge (grade.model); or word criteria and domain more clearly in "
        f"catalog/grades/{job.card.name}.yaml, and see there whether the planted rows fit your domain; or lower "
        "grade.min_agreement, if grades that miss these kinds of fault are good enough."
    )
