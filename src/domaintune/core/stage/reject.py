"""A row that was lost, with the reason, so that a person can look at it."""

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple, Self

from domaintune.core.stage.files import to_json
from domaintune.core.stage.record import Record

LONGEST = 20_000
"""Characters of a lost row that are kept."""


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

    @classmethod
    def of(
        cls,
        stage: str,
        name: str,
        reason: str,
        detail: str,
        row: Record | Mapping[str, Any] | str,
        *,
        kind: str = "rejected",
    ) -> Self:
        """Return the reject with id `name` of a record, of what is worth keeping of it, or of its text.

        Half a surrogate pair, which a broken file may hold, becomes a question mark.
        """
        values = row.model_dump() if isinstance(row, Record) else row
        text = (values if isinstance(values, str) else to_json(values, indent=None))[:LONGEST]
        kept = text.encode("utf-8", "replace").decode("utf-8")
        return cls.model_validate(
            {"id": name, "stage": stage, "kind": kind, "reason": reason, "detail": detail, "row": kept}
        )


class Loss(NamedTuple):
    """Why something is lost."""

    reason: str
    """One word for the accounts."""
    detail: str
    """What was seen, for a person, or for a model that is asked again."""
