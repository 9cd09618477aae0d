"""`rubrics`: what a judge is asked; the prompts are in catalog/rubrics/<rubric>.yaml."""

from typing import ClassVar, Literal

from pydantic import Field

from domaintune.core.stage.params import Params


class Rubric(Params):
    """One rubric."""

    section: ClassVar[str] = "rubrics"
    orders: list[Literal["baseline_first", "arm_first"]] = Field(min_length=1)
    """Which answer the judge sees first; both, to see whether the order decides."""
