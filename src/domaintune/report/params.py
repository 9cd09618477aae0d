"""Parameters of `report`: how many answers are shown."""

from typing import ClassVar

from pydantic import Field

from domaintune.core.stage.params import Params


class Reporting(Params):
    """The report stage."""

    section: ClassVar[str] = "report"
    examples: int = Field(ge=0)
    """Questions shown with both answers side by side, chosen by the smallest hash of their id."""
