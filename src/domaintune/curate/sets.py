"""Rows of instruction sets: where they come from, and what is looked for in training rows."""

from typing import NamedTuple

from domaintune.core.records.instruction import Instruction
from domaintune.core.records.question import Question
from domaintune.curate.questions import to_own_question


class SetRows(NamedTuple):
    """The rows of one set."""

    source: str
    held_out: bool
    """The set is for evaluation: each of its rows is a question that no training row may hold."""
    rows: list[Instruction]


def asked_of(row: Instruction, source: str) -> Question:
    """Return what a row asks as a whole: instruction and input, or the first thing that the user says."""
    said = [turn.content for turn in row.turns if turn.role == "user"][:1] or [row.instruction, row.input]
    whole = "\n".join(part for part in said if part)
    return to_own_question(row, source).model_copy(update={"question": whole})
