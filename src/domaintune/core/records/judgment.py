"""What a judge made of answers and training rows: verdicts, grades, and the pairs of known quality it was tried on."""

from typing import Literal

from domaintune.core.frames import Record

Outcome = Literal[
    "parsed", "repaired", "unparsed", "refused", "needs_model", "failed", "refused_request", "server_error", "timeout"
]  # fmt: skip
READ: tuple[Outcome, ...] = ("parsed", "repaired")
"""Outcomes that give scores."""
CONTRADICTION = "the choice contradicts the scores"
"""Stands in the detail of a verdict whose first reply called the answer closer that it scored lower."""


class Score(Record):
    """A named score of one arm, on the rubric's scale."""

    name: str
    """The rubric's criterion, e.g. matching, or similarity/importance."""
    arm: str
    """The arm the score is for; empty for a score of the pair."""
    value: float


class Judgment(Record):
    """One verdict of one rubric on one question in one order of presentation."""

    id: str
    rubric: str
    question_id: str
    arm: str
    baseline: str
    """Empty where the arm's answer was judged by itself."""
    order: Literal["baseline_first", "arm_first", "single"]
    scores: list[Score]
    """Sorted by (name, arm); empty unless parsed or repaired."""
    choice: str
    """Name of the closer arm, `nothing`, or empty where there is none."""
    reason: str
    outcome: Outcome
    detail: str
    """Why it is not parsed, or not at once; for similarity the notes as JSON."""
    request_id: str


class CalibrationPair(Record):
    """A good and a bad answer to one question of a rubric, and whether the judge told them apart."""

    id: str
    rubric: str
    row: str
    """Name of the calibration item."""
    version: str
    """What is bad about the bad answer, or `paraphrased`: the good one is in other words."""
    language: str
    told_apart: bool
    """Whether the judge prefers the good answer; of two answers side by side, in both orders."""
    said: str
    """What the judge said of them, in words."""
    request_ids: list[str]


class Grade(Record):
    """One value of one row: a criterion that a judge model scored, or a heuristic measure that was computed.

    A row that could not be graded has no such value; none is made up, and none is zero because it is missing.
    """

    instruction_id: str
    name: str
    """The spec's criterion (helpfulness, …), `mean` (of all criteria), or a heuristic measure (grounding, …)."""
    value: float
    """On the criterion's range; heuristic measures run from 0 to 1, 1 being the best."""
    by: Literal["judge", "heuristic"]


class Grading(Record):
    """What came of asking a judge about one row."""

    instruction_id: str
    outcome: Outcome
    reason: str
    """The judge's words."""
    detail: str
    """Why there is no grade."""
    request_id: str
