"""`rubrics`: what a judge is asked; the prompts are in catalog/rubrics/<rubric>.yaml."""

from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from domaintune.core.stage.params import Params

Language = Literal["ko", "en"]


class Rubric(Params):
    """One rubric: of two answers side by side (`orders`), or of each answer by itself (`language`)."""

    section: ClassVar[str] = "rubrics"
    orders: list[Literal["baseline_first", "arm_first"]] | None = Field(default=None, min_length=1)
    """Which answer the judge sees first; both, to see whether the order decides."""
    language: Language | None = None
    """The language the judge is asked in, of those the rubric's card has."""

    @model_validator(mode="after")
    def _of_one_kind(self) -> Self:
        if (self.orders is None) == (self.language is None):
            raise ValueError(
                "set `orders` for a rubric that compares two answers (match, similarity), or `language` for one that "
                "scores each answer by itself (llm_eval); not both"
            )
        return self

    @property
    def single(self) -> bool:
        """Return whether each answer is scored by itself, a baseline's too."""
        return self.language is not None
