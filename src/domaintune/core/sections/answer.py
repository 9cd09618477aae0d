"""`answer`: which questions the arms answer, and with what before them."""

from typing import ClassVar, Literal

from pydantic import Field

from domaintune.core.stage.params import Params


class Questions(Params):
    """The questions every arm answers."""

    section: ClassVar[str] = "answer"
    n: int = Field(ge=0)
    """Questions, chosen by a hash of their id; fewer when the split has fewer; 0: nothing is asked or judged."""
    from_: Literal["train", "test"] = Field(alias="from")
    """Split of the documents the questions are about."""
    context: Literal["none", "document"]
    """Whether the model is shown the document."""


class Answering(Params):
    """The whole section."""

    section: ClassVar[str] = "answer"
    questions: Questions

    def measures(self) -> str:
        """Name what a comparison on these questions measures.

        `recall` of trained documents without them, `transfer` to documents never trained on, `reading` of a
        document that is given; `reading_trained` is reading where the document was also trained on.
        """
        if self.questions.context == "none":
            return "recall" if self.questions.from_ == "train" else "transfer"
        return "reading" if self.questions.from_ == "test" else "reading_trained"
