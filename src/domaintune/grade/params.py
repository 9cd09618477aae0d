"""`grade`: who grades, how far it must agree with itself and with rows whose quality is known, what may be lost."""

from typing import ClassVar, Literal

from pydantic import Field

from domaintune.core.sections.models import Teacher
from domaintune.core.stage.params import Params


class GradeSettings(Params):
    """The grade stage."""

    section: ClassVar[str] = "grade"
    model: Teacher
    """The judge: openai, transformers, or heuristic (offline: declines the criteria, takes heuristic measures only)."""
    repeats: int = Field(ge=1)
    """How often each sampled row is graded, the first time included; 1: agreement with itself is not measured."""
    repeat_rows: int = Field(ge=0)
    """Rows that are graded again, those with the lowest hashes of their ids."""
    min_agreement: float = Field(ge=0, le=1)
    """Least share (0-1) of calibration pairs, by language, in which the good answer must get the higher mean; below it,
    or below half of it for a kind of bad answer, nothing is graded."""
    unfit_judge: Literal["stop", "measure"] = "stop"
    """What becomes of the run then: stop, or go on with the heuristic measures alone and say so."""
    max_reject_fraction: float = Field(ge=0, le=1)
    """Largest share of the rows asked about that may stay ungraded; those declined as needs_model do not count."""
