"""`arms.<arm>.mixture.grades`: what an arm does with its training rows' grades."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from domaintune.core.stage.params import Params

Rows = Literal["all", "graded", "ungraded"]


class ArmGrades(Params):
    """Which grades, and what for. Validation rows have none, and are taken as they are."""

    section: ClassVar[str] = "arms"
    grading: str
    """Key in `gradings`."""
    by: str
    """The value that counts: a criterion of the grading's card, `mean`, or a surface measure such as `grounding`."""
    use: Literal["ignore", "filter", "condition", "weight"]
    """filter: the better rows only; condition: the row's band is told in its instruction; weight: seen more or less
    often by band; ignore: only `rows` looks at who has a grade."""
    at_least: float | None = None
    """filter: the lowest value that is kept."""
    top: float | None = Field(default=None, gt=0, le=1)
    """filter: share (0–1) of the graded rows that is kept, the best ones."""
    chance: int | None = Field(default=None, gt=0)
    """filter: instead of the best rows, draw of this number from the same rows, with as many tokens; null: the best."""
    bands: dict[str, float] = Field(default={})
    """condition, weight: band → its lower border; the best band is the one with the highest."""
    line: str | None = None
    """condition: told as the instruction's last paragraph, `{band}` being the row's own in training and the best one
    while answering."""
    times: dict[str, Annotated[float, Field(ge=0)]] = Field(default={})
    """weight: band → how often its rows are seen, e.g. 2.0 twice, 0.5 every second, 0.0 never."""
