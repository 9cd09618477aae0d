"""What was asked, and what the comparison therefore measures, in words."""

from collections.abc import Iterable
from typing import Literal

from domaintune.core.records.question import Question
from domaintune.core.sections.evaluation import Answering

Origin = Literal["documents", "sets", "both"]
"""Whether questions are about documents, or rows of instruction and question sets, which have none."""

WHAT = {"documents": "documents", "sets": "rows of sets", "both": "documents and rows of sets"}
FROM = {"train": "the tuned arms were trained on", "test": "no arm was tuned on"}
WITH = {"none": "without the document", "document": "with the document in front of them"}
AS_THEY_STAND = "as they stand"


def origin_of(questions: Iterable[Question]) -> Origin:
    """Tell what the questions are from; a question about a document holds its text."""
    kinds = {bool(question.context) for question in questions}
    return "both" if len(kinds) > 1 else "sets" if kinds == {False} else "documents"


def asked_in_words(answering: Answering, origin: Origin, how_many: str = "questions") -> str:
    """Say how many questions of which kind, e.g. "40 questions from … (recall)"."""
    questions = answering.questions
    measure = answering.measures().replace("_", " of ")
    asked = AS_THEY_STAND if origin == "sets" else WITH[questions.context]
    return f"{how_many} from {WHAT[origin]} {FROM[questions.from_]}, asked {asked} ({measure})"
