"""What was asked, and what the comparison therefore measures, in words."""

from domaintune.core.sections.answer import Answering

FROM = {"train": "from documents the tuned arms were trained on", "test": "from documents no arm has seen"}
WITH = {"none": "without the document", "document": "with the document in front of them"}


def asked_in_words(answering: Answering, n: int | None = None) -> str:
    """Say how many questions of which kind, e.g. "40 questions from … (recall)"."""
    questions = answering.questions
    number = "questions" if n is None else f"{n} question{'' if n == 1 else 's'}"
    measure = answering.measures().replace("_", " of ")
    return f"{number} {FROM[questions.from_]}, asked {WITH[questions.context]} ({measure})"
