"""Answers to questions: exams with options, and open questions that are passed through."""

import json
from collections.abc import Mapping
from typing import Any

from domaintune.core.records.question import Question
from domaintune.generate.card import TaskCard
from domaintune.generate.cleaning import clean
from domaintune.generate.faults import Fault
from domaintune.generate.normalising.answer import Answer
from domaintune.generate.units import Unit
from domaintune.science.choices.answer_text import read_answer
from domaintune.science.choices.choice_text import LABELS


def exam_answer(reply: Mapping[str, Any], unit: Unit, card: TaskCard) -> Answer | Fault:
    """Return answer and explanation in the study's form, if the answer is the key.

    An explanation of a wrong answer would teach the mistake, so that the row is lost with it.
    Source: the chemistry study, Table 5: {'Answer': ② 0.01, 'Explanation': …}.
    """
    question = unit.record
    assert isinstance(question, Question)
    options = question.options
    if not question.right:
        return Fault("no_options", f"{len(options)} options with the answer {question.answer!r}")
    told = read_answer(clean(reply["Answer"]), len(options), options)
    if told is None:
        return Fault("unreadable_answer", f"{reply['Answer']!r} names no option")
    if told not in question.right:
        return Fault("wrong_answer", f"{reply['Answer']!r} is option {told}, the key is {question.answer}")
    explanation = clean(reply.get("Explanation", ""))
    if not explanation and "Explanation" not in (card.optional or ()):
        return Fault("empty_answer", "Explanation is empty")
    row = {"Answer": shown_option(options[told - 1], told)} | (
        {"Explanation": explanation} if explanation else {}
    )
    return Answer(row, json.dumps(row, ensure_ascii=False))


def own_answer(reply: Mapping[str, Any], unit: Unit, card: TaskCard) -> Answer | Fault:
    """Return a question's own answer as it stands."""
    del unit, card
    answer = clean(reply["answer"])
    return Answer({"answer": answer}, answer) if answer else Fault("empty_answer", "the answer is empty")


def shown_option(text: str, at: int) -> str:
    """Return an option behind its label, `② 0.01` for the second."""
    return f"{LABELS[at - 1]} {clean(text)}"
