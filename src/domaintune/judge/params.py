"""`judge`: who judges, what it must have shown before, how its agreement is measured, and how much may be lost."""

from typing import ClassVar

from pydantic import Field

from domaintune.core.sections.models import Teacher
from domaintune.core.stage.params import Params


class Judge(Params):
    """The judge stage."""

    section: ClassVar[str] = "judge"
    model: Teacher
    """The judge: openai, transformers, or offline token_f1 (shared words) or embedding (cosine by a sentence model),
    for rubrics with a matched answer."""
    min_agreement: float = Field(ge=0, le=1)
    """Least share (0-1) of calibration pairs, by rubric and language, in which the good answer must be preferred; below
    it, or below half of it for a kind of bad answer, nothing is judged."""
    repeats: int = Field(ge=1)
    """How often each sampled verdict is asked for, the first time included; 1: it is not asked for again."""
    repeat_rows: int = Field(ge=0)
    """Questions whose verdicts are asked for again, those with the lowest hashes of their ids."""
    labels: str | None = Field(pattern=r"^labels/[\w.-]+\.csv$")
    """Choices of people to hold the judge's against: a CSV under labels/ with the columns question_id, arm, baseline,
    choice (arm | baseline | nothing); null: there are none."""
    max_reject_fraction: float = Field(ge=0, le=1)
    """Largest share of verdicts that may be lost; those declined as needs_model count on neither side."""
