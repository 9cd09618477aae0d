"""What is asked of an arm, and what comes back, whoever answers."""

from typing import NamedTuple

from domaintune.core.records.answer import Answer
from domaintune.core.sections.answer import Questions
from domaintune.core.sections.decode import Decode
from domaintune.core.sections.runtime import Runtime


class How(NamedTuple):
    """How the questions are chosen and answered."""

    wanted: Questions
    decode: Decode
    runtime: Runtime
    seed: int


class Prompted(NamedTuple):
    """A question's id with its standing instruction and input; one of them may be empty."""

    id: str
    instruction: str
    input: str


class Answered(NamedTuple):
    """Answers, and the questions that got none."""

    answers: list[Answer]
    lost: dict[str, tuple[str, str]]
    """Question id → reason (too_long, refused) and detail."""
