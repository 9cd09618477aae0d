"""`compare`: how sure is sure."""

from typing import ClassVar

from pydantic import Field

from domaintune.core.stage.params import Params


class Comparing(Params):
    """The compare stage."""

    section: ClassVar[str] = "compare"
    alpha: float = Field(gt=0, lt=0.5)
    """Level of significance 0–1, two-sided; intervals cover 1 − alpha."""
    power: float = Field(ge=0.5, lt=1)
    """Chance 0–1 to detect the observed difference with the number of questions that is then reported."""
