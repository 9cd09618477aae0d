"""Benchmarks: every arm's scores, every two arms on the same questions, and what an arm forgot.

Scores and differences are shares 0–1, differences a − b; intervals cover 1 − alpha; `clusters` is the number of
clusters that the questions are in; p-values are two-sided where nothing else is said.
"""

from typing import NamedTuple

from domaintune.core.benchmark_spec import Published
from domaintune.core.sections.evaluation import Role
from domaintune.science.evidence.non_inferiority import Verdict
from domaintune.science.evidence.shares import Cell

AVERAGE, ALL = "average", "all"


class ArmScores(NamedTuple):
    """An arm's scores by subset, the mean of the subsets, and over all questions."""

    subsets: dict[str, Cell]
    average: Cell
    pooled: Cell

    def at(self, column: str) -> Cell:
        """Return the scores of a table's column: a subset, the average, or all."""
        return {AVERAGE: self.average, ALL: self.pooled, **self.subsets}[column]


class Constant(NamedTuple):
    """What always naming the same option scores: the one that is right most often over all questions."""

    option: str
    right: dict[str, int]
    """Option → questions it is right on."""
    marks: dict[str, str]
    """Option → ①, whatever labels the questions had."""
    scores: ArmScores


class Orders(NamedTuple):
    """Shares of questions that were asked in every cyclic order of their options."""

    questions: int
    orders: int
    """Times that they were asked."""
    accuracy: float
    """Mean over orders."""
    consistency: float
    """Where the option is the same in all orders."""
    circular: float
    """Where it is right in all orders."""
    place: str | None
    """Where the chosen option stood most often."""
    place_share: float


class PairOfArms(NamedTuple):
    """Two arms on the same questions; planned where b is a's baseline."""

    a: str
    b: str
    planned: bool
    n: int
    clusters: int
    design_effect: float
    both: int
    only_a: int
    only_b: int
    neither: int
    accuracy_a: float
    accuracy_b: float
    difference: float
    ci_low: float
    ci_high: float
    p: float
    p_holm: float | None
    """Over all planned pairs by each benchmark's first method; of a planned pair by another method, as below."""
    p_holm_all: float
    """Over all pairs by all methods of all benchmarks."""
    tests: int
    """Of the family that its verdict is corrected for."""
    detectable: float | None
    """Smallest difference found with the wanted power, in a test of its own."""
    detectable_holm: float | None
    df: float | None
    """Degrees of freedom with which the design effect is known; None: infinite."""
    questions: int
    in_words: str


class Scored(NamedTuple):
    """A benchmark by one method of scoring."""

    method: str
    questions: int
    clusters: int
    orders: dict[str, Orders]
    """By arm; empty where each question was asked once."""
    subsets: list[str]
    arms: list[str]
    not_scored: list[str]
    scores: dict[str, ArmScores]
    constant: Constant | None
    """None where no question was scored."""
    constant_arms: dict[str, str]
    """Arm → sentence, of those that nearly always name the same option."""
    pairs: list[PairOfArms]

    @property
    def columns(self) -> list[str]:
        """Return the columns of its table."""
        return [*self.subsets, AVERAGE, ALL]

    @property
    def planned(self) -> list[PairOfArms]:
        """Return the pairs of an arm with its baseline."""
        return [pair for pair in self.pairs if pair.planned]


class Benchmark(NamedTuple):
    """One benchmark."""

    title: str
    source: str
    licence: str
    how: str
    """How the questions were put."""
    role: Role
    shown: str
    """Metric of the table."""
    published: Published | None
    not_beside: str | None
    """Why published figures are not shown."""
    methods: list[Scored]
    """The headline first."""


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
