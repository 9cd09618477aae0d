"""Measures of the answers' text that need no judge, under their own names: never a criterion, never in its place."""

from collections.abc import Mapping
from typing import Any

from domaintune.compare.categories import by_category
from domaintune.compare.inputs import Inputs
from domaintune.core.records.answer import Answer
from domaintune.core.records.question import Question
from domaintune.science.surface_measures import BAND, MEASURES, reference_overlap, surface_measures

REFERENCE = "reference"
ABOUT = {
    REFERENCE: "F1 of the content words shared with the reference answer",
    "grounding": "share of the answer's content words that the document says which the question is about, or the input "
    "of a row without a document",
    "overlap": "share of the content words of what was asked that the answer takes up",
    "length": f"1 within {BAND[0]} to {BAND[1]:,} columns, less the further outside",
    "format": "share of four checks that pass: it ends, brackets are closed, nothing loops, the language is right",
}
NAMES = (REFERENCE, *MEASURES)


def measure_texts(inputs: Inputs, alpha: float) -> dict[str, Any]:
    """Return every arm's means, over all questions, by category, and seen and unseen apart.

    A measure that no answer has (a reference where no question has one) is in no table.
    """
    values = {arm: text_values(answers, inputs.questions) for arm, answers in sorted(inputs.answers.items())}
    taken = [name for name in NAMES if any(own[name] for own in values.values())]
    return {
        "measures": [{"name": name, "about": ABOUT[name]} for name in taken],
        "arms": {
            arm: {
                "answers": len(inputs.answers[arm]),
                **by_category(
                    own, inputs.questions, inputs.seen[arm], dict.fromkeys(NAMES, (0.0, 1.0)), alpha
                ),
            }
            for arm, own in values.items()
        },
    }


def text_values(
    answers: Mapping[str, Answer], questions: Mapping[str, Question]
) -> dict[str, dict[str, float]]:
    """Return measure → question → value of one arm's answers; a value that cannot be taken is not there."""
    values: dict[str, dict[str, float]] = {name: {} for name in NAMES}
    for question_id, answer in sorted(answers.items()):
        for name, value in _measured(answer.text, questions[question_id]).items():
            values[name][question_id] = value
    return values


def _measured(text: str, question: Question) -> dict[str, float]:
    asked, ground = _asked_and_ground(question)
    found = surface_measures(text, asked=asked, document=ground, language=question.language)
    reference = reference_overlap(text, question.matched_answer, question.language)
    return found if reference is None else found | {REFERENCE: reference}


def _asked_and_ground(question: Question) -> tuple[str, str]:
    """Return what was asked, and the text the answer must stand on: the document, or the input of a row without one.

    The same as `grade` takes for a training row, so that a measure means one thing of rows and of answers.
    """
    if question.instruction and not question.options and not question.context:
        return question.instruction, question.question
    return question.asked, question.context
