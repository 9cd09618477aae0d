"""Which questions are asked: the same ones for every arm."""

from collections.abc import Sequence

from domaintune.answer.prompted import Prompted
from domaintune.core.records.question import Question
from domaintune.core.sections.answer import Questions
from domaintune.core.seeds import unit_interval
from domaintune.core.stage.errors import InputError


def select_questions(questions: Sequence[Question], wanted: Questions, seed: int) -> list[Question]:
    """Return the `n` questions of the split with the smallest hash, sorted by id; all where there are fewer, none where
    `n` is 0: an arm is then measured by benchmarks alone.

    A hash of the id, so that a new question displaces at most one other.

    Raises:
        InputError: the split has none.
    """
    if not wanted.n:
        return []
    there = [question for question in questions if question.split == wanted.from_]
    if not there:
        splits = sorted({question.split for question in questions})
        raise InputError(
            f"answer.questions.from is {wanted.from_}, but no question is about a document of that split "
            "(there "
            f"are questions for {splits}). Choose another split, or a larger corpus.test_fraction."
        )
    ranked = sorted(there, key=lambda question: (unit_interval(seed, "answer", question.id), question.id))
    return sorted(ranked[: wanted.n], key=lambda question: question.id)


def prompts_of(selected: Sequence[Question], wanted: Questions) -> list[Prompted]:
    """Return what an arm is asked for each question.

    Raises:
        InputError: the document is asked for and a question has none.
    """
    return [Prompted(one.id, one.instruction, input_text(one, wanted.context)) for one in selected]


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
