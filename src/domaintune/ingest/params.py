"""`ingest`: what a usable record is."""

from typing import ClassVar

from pydantic import Field

from domaintune.core.stage.params import Params


class Ingest(Params):
    """Limits for every source."""

    section: ClassVar[str] = "ingest"
    min_chars: int = Field(ge=1)
    """Shortest usable main text, in characters after repair."""
    max_chars: int = Field(ge=1)
    """Longest usable main text, and longest record, in characters; bounds the memory of a broken file."""
    max_reject_fraction: float = Field(ge=0, le=1)
    """Share of rejected records above which the stage fails; records of another agency do not count."""
