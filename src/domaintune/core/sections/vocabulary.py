"""`vocabulary`: foundation models with tokens of their own beside the base model's."""

from typing import ClassVar

from pydantic import Field

from domaintune.core.stage.params import Params


class Vocabulary(Params):
    """A model of `models` with more tokens; arms name the entry as their model."""

    section: ClassVar[str] = "vocabulary"
    model: str
    """Key in `models`: whose vocabulary grows."""
    reads: str = Field(pattern=r"^[^'\n]+$")
    """File the tokens are learnt from: a Parquet table of rows, JSON lines with `text`, or plain text. It stands
    between single quotes in a command line, so it holds none."""
    language: str | None
    """Rows of this language only; null: all rows."""
    tokens: int = Field(gt=0)
    """Tokens to add."""
    min_count: int = Field(ge=2)
    """How often two neighbouring tokens must occur in the texts to become one."""
