"""`tasks`: what instruction data is made from the corpus; the prompts are in catalog/tasks/<task>.yaml."""

from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from domaintune.core.stage.params import Params


class Task(Params):
    """One kind of instruction data."""

    section: ClassVar[str] = "tasks"
    group: str = Field(pattern=r"^[a-z0-9_]+$")
    """The name arms use in `mixture`."""
    sources: list[str] = Field(min_length=1)
    """Keys of `sources` whose documents or questions are used."""
    reads: Literal["documents", "questions"]
    """Which table of the corpus the task works from."""
    unit: Literal["field", "document", "question"]
    """One teacher request for each field of a document (the NASA study), for the whole document, or for a question."""
    fields: list[str]
    """Fields and sections sent: title, text, keywords, a section name, an attribute name; empty for unit question."""
    max_documents: int | None = Field(gt=0)
    """Use so many documents or questions, chosen by a hash of their id so that a new one moves no other; null: all."""
    pairs: int | None = Field(default=None, gt=0)
    """Question–answer pairs asked for in one request, for tasks that ask for pairs."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if (self.reads == "questions") != (self.unit == "question"):
            raise ValueError(f"unit {self.unit} does not go with reads {self.reads}")
        if (self.unit == "question") == bool(self.fields):
            raise ValueError(
                f"unit {self.unit} needs fields {'left empty' if self.fields else 'to be named'}"
            )
        return self
