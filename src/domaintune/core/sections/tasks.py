"""`tasks`: what instruction data is made from the corpus; the prompts are in catalog/tasks/<task>.yaml."""

from typing import ClassVar, Literal

from pydantic import Field

from domaintune.core.stage.params import Params


class Task(Params):
    """One kind of instruction data."""

    section: ClassVar[str] = "tasks"
    group: str = Field(pattern=r"^[a-z0-9_]+$")
    """The name arms use in `mixture`."""
    sources: list[str] = Field(min_length=1)
    """Keys of `sources` whose documents are used."""
    unit: Literal["field", "document"]
    """One teacher request for each field of a document (the NASA study), or one for the whole document."""
    fields: list[str] = Field(min_length=1)
    """Fields and sections sent: title, text, keywords, a section name, an attribute name."""
    max_documents: int | None = Field(gt=0)
    """Use this many documents, chosen by a hash of their id so that a new document moves no other; null: all."""
    pairs: int = Field(gt=0)
    """Question–answer pairs asked for in one request."""
