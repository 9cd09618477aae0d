"""Answers that a source holds itself: nothing is asked for them. None where there is no such answer."""

from collections.abc import Callable
from typing import Any, NamedTuple

from domaintune.core.records.document import Document
from domaintune.core.records.question import Question
from domaintune.generate.grounding import occurs_as_term
from domaintune.generate.normalisers import shown_option
from domaintune.generate.prompt_items import PromptItem

ENOUGH = 3
"""Keywords of the authors that occur in the text; with fewer, a teacher is asked."""

KOREAN = {"Q1": "summary_ko", "Q2": "purpose_ko", "Q3": "result_ko"}
"""Reply field → section of the document."""


def explanation(unit: PromptItem) -> dict[str, Any] | None:
    """Return key and explanation of an exam question that has one; nothing is paid for one that has no valid key."""
    question = unit.record
    if not isinstance(question, Question):
        return None
    if not question.right:
        return {"Answer": "", "Explanation": ""}
    if not question.explanation.strip():
        return None
    at = question.right[0]
    return {"Answer": shown_option(question.options[at - 1], at), "Explanation": question.explanation}


def keywords(unit: PromptItem) -> dict[str, Any] | None:
    """Return the authors' keywords that occur in the text, if they are enough."""
    if not isinstance(unit.record, Document):
        return None
    found = [word for word in unit.record.keywords if occurs_as_term(word, unit.text)]
    return {"keywords": found} if len(found) >= ENOUGH else None


def korean_summary(unit: PromptItem) -> dict[str, Any] | None:
    """Return Korean summary, purpose and result, if the document has all three as sections."""
    if not isinstance(unit.record, Document):
        return None
    found = {field: unit.record.section(name) or "" for field, name in KOREAN.items()}
    return found if all(text.strip() for text in found.values()) else None


def own_answer(unit: PromptItem) -> dict[str, Any]:
    """Return an open question's answer, or the right options of one with options."""
    question = unit.record
    assert isinstance(question, Question)
    right = "; ".join(question.options[at - 1] for at in question.right)
    return {"answer": right or question.answer}


class Existing(NamedTuple):
    """Where an answer is looked for."""

    reads: str
    """documents or questions."""
    find: Callable[[PromptItem], dict[str, Any] | None]


READY = {
    "explanation": Existing("questions", explanation),
    "keywords": Existing("documents", keywords),
    "korean_summary": Existing("documents", korean_summary),
}
"""What a card may say of `ready`."""
