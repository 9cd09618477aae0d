"""What an arm is asked, and in which order: the same for every arm, a conversation turn by turn."""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Literal, NamedTuple

from domaintune.core.records.answer import Answer
from domaintune.core.records.question import Question
from domaintune.core.sections.evaluation import Questions
from domaintune.core.sections.models import Decode, Runtime
from domaintune.core.stage.errors import InputError


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


def ask_in_turns(
    selected: Sequence[Question], wanted: Questions, ask: Callable[[list[Prompted]], Answered]
) -> Answered:
    """Ask all first turns, then all second ones with what was answered before them, and so on.

    A turn after one without an answer is lost.

    Raises:
        InputError: the document is asked for and a question has none.
    """
    by_id = {question.id: question for question in selected}
    answers: dict[str, Answer] = {}
    lost: dict[str, tuple[str, str]] = {}
    for turn in sorted({question.turn for question in selected}):
        prompts: list[Prompted] = []
        for question in (one for one in selected if one.turn == turn):
            if silent := [name for name in question.before if name not in answers]:
                lost[question.id] = (
                    "no_answer_before",
                    f"there is no answer to {silent[0]}, an earlier turn",
                )
            else:
                prompts.append(_prompt(question, by_id, wanted.context, answers))
        if prompts:
            found = ask(prompts)
            answers |= {answer.question_id: answer for answer in found.answers}
            lost |= found.lost
    return Answered(list(answers.values()), lost)


def _prompt(
    question: Question, by_id: Mapping[str, Question], context: str, answers: Mapping[str, Answer]
) -> Prompted:
    turns = [*(by_id[name] for name in question.before), question]
    then = [text for before, now in pairwise(turns) for text in (answers[before.id].text, now.question)]
    return Prompted(question.id, turns[0].instruction, input_text(turns[0], context), tuple(then))


def input_text(question: Question, context: str) -> str:
    """Return the row's input: the question, with its document after it where `context` is document.

    Raises:
        InputError: the document is asked for and the question has none.
    """
    if context == "none":
        return question.question
    if not question.context:
        raise InputError(
            f"question {question.id} has no document text, which answer.questions.context = document needs."
        )
    return f"{question.question}\n\n{question.context}"
