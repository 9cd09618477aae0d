"""`judge`: who judges, and how much may be lost."""

from typing import ClassVar

from pydantic import Field

from domaintune.core.sections.teacher import Teacher
from domaintune.core.stage.params import Params


class Judge(Params):
    """The judge stage."""

    section: ClassVar[str] = "judge"
    model: Teacher
    """The judge: openai, transformers, or overlap (offline, rubric match only)."""
    max_reject_fraction: float = Field(ge=0, le=1)
    """Largest share of verdicts that may be lost; those declined as needs_model count on neither side."""
