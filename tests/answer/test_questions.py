"""Selecting questions: the same for every arm, and steady when questions are added."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domaintune.answer.questions import input_text, select_questions
from domaintune.core.records.question import Question
from domaintune.core.sections.answer import Questions
from domaintune.core.stage.errors import InputError


def question(name: str, split: str = "train", context: str = "The pump is blue.") -> Question:
    return Question(
        id=name, task="t", instruction="Plan.", question="Which colour?", options=[], answer="blue",
        matched_answer="blue", explanation="", subject="", difficulty="", category="", language="en",
        document_id="d", context=context, instruction_id=name, source="s", licence="Apache-2.0", cluster="d", split=split,
    )  # fmt: skip


def wanted(n: int, split: str = "train") -> Questions:
    return Questions.model_validate({"n": n, "from": split, "context": "none"})


@given(st.sets(st.text("abcdef", min_size=1, max_size=4), min_size=2, max_size=30), st.integers(1, 10))
def test_one_more_question_displaces_at_most_one(names: set[str], n: int) -> None:
    ordered = sorted(names)
    before = {one.id for one in select_questions([question(name) for name in ordered[1:]], wanted(n), 7)}
    after = {one.id for one in select_questions([question(name) for name in ordered], wanted(n), 7)}
    assert len(before - after) <= 1
    assert len(after) == min(n, len(ordered))


def test_the_order_of_the_table_does_not_matter() -> None:
    rows = [question(str(n)) for n in range(20)]
    assert select_questions(rows, wanted(5), 1) == select_questions(rows[::-1], wanted(5), 1)


def test_a_split_without_questions_is_said_plainly() -> None:
    with pytest.raises(InputError, match=r"from is test.*\['train'\]"):
        select_questions([question("a")], wanted(1, "test"), 1)


def test_reading_puts_the_document_after_the_question() -> None:
    assert input_text(question("a"), "none") == "Which colour?"
    assert input_text(question("a"), "document") == "Which colour?\n\nThe pump is blue."
    with pytest.raises(InputError, match="has no document text"):
        input_text(question("a", context=""), "document")
