"""`gradings`: which training rows are graded, and by which card."""

from typing import ClassVar, Literal

from pydantic import Field

from domaintune.core.stage.params import Params


class GradingSet(Params):
    """The rows of some groups, graded by one card."""

    section: ClassVar[str] = "gradings"
    groups: list[str] = Field(min_length=1)
    """Groups of tasks or sets, as in an arm's mixture; only their training rows are graded."""
    card: str = Field(pattern=r"^[a-z0-9_]+$")
    """catalog/grades/<card>.yaml: the criteria and the domain's wording."""
    language: Literal["ko", "en"]
    """The language the judge is asked in, of those the card has."""
    max_rows: int | None = Field(gt=0)
    """Grade so many rows, chosen by a hash of their ids; the others stay ungraded, without
    surface measures too. null: all."""
