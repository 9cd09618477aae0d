"""What is asked of an arm, and what comes back, whoever answers."""

from typing import Literal, NamedTuple

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
    """A question's id with its standing instruction and input; one of them may be empty.

    Of a later turn these are the first turn's.
    """

    id: str
    instruction: str
    input: str
    then: tuple[str, ...] = ()
    """What was said after it, up to the turn that is asked: the arm's answer, the user's next turn, and so on."""

    def said(self, user: str) -> list[tuple[Literal["user", "assistant"], str]]:
        """Return who said what, up to the turn that is asked; `user`: the first words, as `parts_of` gives them."""
        return [("assistant" if at % 2 else "user", text) for at, text in enumerate((user, *self.then))]


class Answered(NamedTuple):
    """Answers, and the questions that got none."""

    answers: list[Answer]
    lost: dict[str, tuple[str, str]]
    """Question id → reason (too_long, refused, …) and detail."""
