"""`sample`: composed corpora, one entry a corpus."""

from typing import ClassVar

from pydantic import Field

from domaintune.core.stage.params import Params


class Corpus(Params):
    """Project records: `awards.csv`, `projects.csv` and `reference.csv`."""

    section: ClassVar[str] = "sample"
    projects: int = Field(gt=0)
    """Rows of `projects.csv`; `awards.csv` and `reference.csv` grow with it."""
