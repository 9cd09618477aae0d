"""A judge's verdict over two answers, or over one."""

from typing import Literal

from domaintune.core.frames import Record
from domaintune.core.records.outcome import Outcome

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
