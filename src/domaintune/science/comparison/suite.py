"""All benchmarks together: an arm's average difference from its baseline, what it forgot, and what was published.

Differences are shares 0–1, arm − baseline (`a` − `b`); p of kept and lost are one-sided, against the margin.
"""

from typing import Annotated, NamedTuple

from pydantic import Field

from domaintune.core.sections.evaluation import Role
from domaintune.core.stage.params import Params
from domaintune.science.comparison.benchmarked import PairOfArms
from domaintune.science.evidence.non_inferiority import Verdict

Percent = Annotated[float, Field(ge=-100, le=100)]


class Forgetting(NamedTuple):
    """One benchmark by itself against the margin; not corrected but for `p_lost_holm`."""

    verdict: Verdict
    low: float
    """Of the interval 1 − 2 × alpha."""
    high: float
    p_kept: float
    p_lost: float
    p_lost_holm: float
    """Over the benchmarks of its role."""
    p_equivalent: float
    needed: int
    """Questions of this benchmark that rule such a loss out where there is none, in a test of its own."""


class SuiteRow(NamedTuple):
    """A benchmark by its headline method."""

    name: str
    title: str
    role: Role
    pair: PairOfArms
    """The arm and its baseline."""
    constant: list[str]
    """Arms that nearly always name the same option."""
    forgetting: Forgetting | None = None
    """Of role general and science."""


class Average(NamedTuple):
    """The mean over benchmarks, each counting alike."""

    benchmarks: int
    questions: int
    accuracy_a: float
    accuracy_b: float
    difference: float
    ci_low: float
    ci_high: float


class RoleVerdict(NamedTuple):
    """The average over a role's benchmarks against the margin; corrected over the roles of all arms."""

    benchmarks: list[str]
    questions: int
    difference: float
    low: float
    high: float
    p_kept: float
    p_lost: float
    lost: list[str]
    """Benchmarks on which a loss beyond the margin is shown."""
    constant: list[str]
    p_kept_holm: float
    p_lost_holm: float
    tests: int
    verdict: Verdict
    needed: dict[str, int]
    """Benchmark → questions that would have ruled a loss out for this verdict."""


class SuiteArm(NamedTuple):
    """An arm on all benchmarks."""

    baseline: str
    benchmarks: list[SuiteRow]
    not_scored: list[str]
    average: Average
    roles: dict[str, RoleVerdict]
    in_words: list[str]


class PublishedChange(Params):
    """A published figure before and after tuning, in percent, as printed."""

    what: str = Field(min_length=1)
    base: Percent | None
    tuned: Percent | None
    difference: Percent


class SuiteSpec(Params):
    """What a study published of its benchmarks, and those of them that nobody else can run."""

    title: str = Field(min_length=1)
    source: str = Field(min_length=1)
    published: list[PublishedChange]
    notes: list[str]
    """What to know when comparing with it, one sentence each."""
    not_available: dict[str, str]
    """Benchmark of the study → why it is not here."""


class Suite(NamedTuple):
    """All benchmarks together."""

    margin: float
    alpha: float
    """Of each of the two one-sided tests."""
    spec: SuiteSpec | None
    arms: dict[str, SuiteArm]
