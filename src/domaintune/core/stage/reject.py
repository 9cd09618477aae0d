"""A row that was lost, with the reason, so that a person can look at it."""

from typing import Literal

from domaintune.core.stage.record import Record


class Reject(Record):
    """One lost row."""

    id: str
    stage: str
    kind: Literal["duplicate", "contaminated", "rejected", "failed"]
    """The column of the accounts it is counted in."""
    reason: str
    detail: str
    """Where it was found and what was seen, for a person."""
    row: str
    """The lost row as JSON, cut at 20,000 characters."""
