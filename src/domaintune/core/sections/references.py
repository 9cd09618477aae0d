"""`references`: other exports of the same records, to reconcile with."""

from typing import ClassVar

from pydantic import Field

from domaintune.core.sections.sources import Column
from domaintune.core.stage.params import Params


class Reference(Params):
    """Another export of the records of one source."""

    section: ClassVar[str] = "references"
    path: str = Field(pattern=r"^[^'\n]+$")
    source: str
    """Key in `sources` whose documents are compared."""
    key: dict[str, Column]
    """Document field or attribute → column of the reference; all must be equal for two rows to be the same record."""
    fields: dict[str, Column]
    """Document field or attribute → column of the reference to compare."""
    fuzzy: list[str]
    """Compared fields where a similarity of at least `fuzzy_threshold` counts as agreement (firm names, titles)."""
    fuzzy_threshold: float = Field(gt=0, le=1)
    """Normalised similarity 0–1 from which a fuzzy field agrees."""
