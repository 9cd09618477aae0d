"""What was asked is said as it was: about documents, or rows of sets, which have none."""

import pytest

from domaintune.compare.narrative import asked_in_words, origin_of
from domaintune.core.records.question import Question
from domaintune.core.sections.evaluation import Answering

EMPTY = dict.fromkeys(Question.schema_, "") | {"options": []}
OF_A_DOCUMENT = Question.model_validate(EMPTY | {"context": "The pump is blue."})
OF_A_SET = Question.model_validate(EMPTY)


@pytest.mark.parametrize(
    ("questions", "split", "words"),
    [
        ([OF_A_DOCUMENT], "train", "from documents the tuned arms were trained on, asked without the document (recall)"),
        ([OF_A_DOCUMENT], "test", "from documents no arm was tuned on, asked without the document (transfer)"),
        ([OF_A_SET], "train", "from rows of sets the tuned arms were trained on, asked as they stand (recall)"),
        ([OF_A_SET], "test", "from rows of sets no arm was tuned on, asked as they stand (transfer)"),
        (
            [OF_A_SET, OF_A_DOCUMENT], "test",
            "from documents and rows of sets no arm was tuned on, asked without the document (transfer)",
        ),
        ([], "test", "from documents no arm was tuned on, asked without the document (transfer)"),
    ],
)  # fmt: skip
def test_questions_are_told_by_what_they_are_from(questions: list[Question], split: str, words: str) -> None:
    answering = Answering.model_validate({"questions": {"n": 9, "from": split, "context": "none"}})
    assert asked_in_words(answering, origin_of(questions), "2 questions") == f"2 questions {words}"
