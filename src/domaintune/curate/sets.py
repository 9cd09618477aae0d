"""Rows of instruction sets: where they come from, and what is looked for in training rows."""

from typing import NamedTuple

from domaintune.core.records.instruction import Instruction
from domaintune.core.records.question import Question
from domaintune.curate.questions import to_own_question, to_turns


class SetRows(NamedTuple):
    """The rows of one set."""

    source: str
    held_out: bool
    """The set is for evaluation: each of its rows is a question that no training row may hold."""
    rows: list[Instruction]


def asked_of(row: Instruction, source: str) -> list[Question]:
    """Return what a row asks: instruction and input as a whole, or each of the user's turns."""
    if row.turns:
        return to_turns(row, source)
    whole = "\n".join(part for part in (row.instruction, row.input) if part)
    return [to_own_question(row, source).model_copy(update={"question": whole})]
