"""Parameters of `compare`: levels, power and margins, what is primary, and which selection is tested."""

from typing import Annotated, ClassVar

from pydantic import Field

from domaintune.core.stage.params import KEY_PATTERN, Params

SEEN_MINUS_UNSEEN = "seen_minus_unseen"
PRIMARY = rf"^[a-z0-9_]+\.[a-z0-9_]+(\.{SEEN_MINUS_UNSEEN})?$"

Side = Annotated[list[str], Field(min_length=2)]


class Selection(Params):
    """Arms of selected training rows against random controls, pair by pair.

    The arms of a pair share a seed; what `check` can tell of them without running is checked at start.
    """

    selected: Side
    """Arms trained on selected rows, one a seed."""
    random: Side
    """Random controls: arms trained on as many tokens drawn at random, in the same order of seeds."""


class Comparing(Params):
    """The compare stage."""

    section: ClassVar[str] = "compare"
    alpha: float = Field(gt=0, lt=0.5)
    """Level of significance 0–1, two-sided; intervals cover 1 − alpha."""
    power: float = Field(ge=0.5, lt=1)
    """Probability 0–1 to detect the observed difference with the number of questions that is then reported."""
    forgetting_margin: float = Field(gt=0, lt=0.5)
    """Loss in share right 0–1 from which a benchmark of role general or science counts as forgotten."""
    forgetting_alpha: float = Field(gt=0, lt=0.25)
    """Level of significance 0–1 of each of the two one-sided tests against the margin."""
    primary: list[Annotated[str, Field(pattern=PRIMARY)]] | None = Field(min_length=1)
    """What is to be shown, named before it is looked at: `rubric.criterion`, or `rubric.criterion.seen_minus_unseen`
    (the gain on the categories an arm has seen less that on the others). Corrected together over the arms; every other
    criterion is exploratory. null: every criterion of every rubric is, in one family."""
    suite: str | None = Field(pattern=KEY_PATTERN)
    """A study's benchmarks together, catalog/benchmark_suites/<suite>.yaml: what was published, and what is missing;
    null: nothing to show beside one's own."""
    selection: Selection | None
    """Is a selection of training rows better than a random control? null: not asked."""
