"""The `generate` section."""

from typing import ClassVar

from pydantic import Field

from domaintune.core.stage.params import Params


class Generate(Params):
    """When to stop: a teacher that cannot do the task should not go unnoticed."""

    section: ClassVar[str] = "generate"
    max_reject_fraction: float = Field(ge=0, le=1)
    """Largest share of requests without a usable answer, and of pairs rejected, 0–1."""
