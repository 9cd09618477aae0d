"""`curate`: from which similarity on two instruction rows are one, and what counts as a leaked question."""

from typing import ClassVar

from pydantic import Field

from domaintune.core.sections.data import Contamination
from domaintune.core.stage.params import Params


class CurateParams(Params):
    """How duplicates are found and how many losses are too many."""

    section: ClassVar[str] = "curate"
    similarity: float = Field(gt=0, le=1)
    """Jaccard similarity (0–1) of the word 5-grams of question and answer together."""
    permutations: int = Field(ge=16, le=1024)
    """Of MinHash; more find pairs at the threshold more surely."""
    max_reject_fraction: float = Field(ge=0, le=1)
    """Share of rows (0–1) that may be rejected before the stage fails; duplicates do not count."""
    contamination: Contamination
    """How training rows are searched for benchmark and held-out questions."""
