"""`sets`: instruction sets that are trained on or asked, as they are or translated."""

from typing import ClassVar, Literal

from pydantic import Field

from domaintune.core.stage.params import Params


class InstructionSet(Params):
    """One instruction set of `sources`, the name its rows go by, and the language they are wanted in."""

    section: ClassVar[str] = "sets"
    source: str
    """Key of `sources` with kind instructions."""
    task: str = Field(pattern=r"^[a-z0-9_]+$")
    """What the rows go by in tables, caps and weights; two sets may share it, e.g. one set in two languages."""
    group: str = Field(pattern=r"^[a-z0-9_]+$")
    """The name arms use in `mixture`."""
    use: Literal["train", "evaluate"]
    """train: split like documents; evaluate: every row is a held-out question, and looked for in what is trained on."""
    to: Literal["ko", "en"] | None
    """Language to translate into; null: the rows as they are."""
    max_rows: int | None = Field(gt=0)
    """Use so many rows, chosen by a hash of their id so that a new one displaces one other at most; null: all."""
