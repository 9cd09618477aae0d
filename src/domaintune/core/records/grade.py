"""What a training row is worth: one measured value of one row."""

from typing import Literal

from domaintune.core.frames import Record
from domaintune.core.records.outcome import Outcome


class Grade(Record):
    """One value of one row: a criterion that a judge model scored, or a surface measure that was computed.

    A row that could not be graded has no such value; none is made up, and none is zero because it is missing.
    """

    instruction_id: str
    name: str
    """The card's criterion (helpfulness, …), `mean` (of all criteria), or a surface measure (grounding, …)."""
    value: float
    """On the criterion's range; surface measures run from 0 to 1, 1 being the best."""
    by: Literal["judge", "surface"]


class Grading(Record):
    """What came of asking a judge about one row."""

    instruction_id: str
    outcome: Outcome
    reason: str
    """The judge's words."""
    detail: str
    """Why there is no grade."""
    request_id: str
