"""What is asked of an arm, and what comes back, whoever answers."""

from typing import NamedTuple

from domaintune.core.records.answer import Answer


class Prompted(NamedTuple):
    """A question's id with its standing instruction and input."""

    id: str
    instruction: str
    input: str


class Answered(NamedTuple):
    """Answers, and the questions that got none."""

    answers: list[Answer]
    lost: dict[str, tuple[str, str]]
    """Question id → reason (too_long, refused) and detail."""
