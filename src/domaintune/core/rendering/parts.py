"""What of a question stands before the user's words, and what the user says: one rule for every prompt."""

from typing import NamedTuple


class Parts(NamedTuple):
    """A standing instruction and the user's words; empty where the question is the instruction."""

    instruction: str
    user: str


def parts_of(instruction: str, input_: str, line: str) -> Parts:
    """Put a question without a standing instruction, or an instruction without an input, into the user's words.

    `line` is what an arm that is trained on grades is told of the answer's quality; it becomes the last paragraph of
    the instruction, wherever that stands. Empty: nothing is told.
    """
    if instruction and input_:
        return Parts(_with_line(instruction, line), input_)
    return Parts("", _with_line(instruction or input_, line))


def _with_line(text: str, line: str) -> str:
    return "\n\n".join(part for part in (text, line) if part) if line else text
