"""Judged answers: means, gains, tests against the baseline, and what could not be read.

Scores, means and differences are in points of the criterion's scale, differences arm − baseline; intervals cover
1 − alpha; `clusters` is the number of clusters that `n` questions are in; p-values are two-sided.
"""

from typing import NamedTuple

from domaintune.science.evidence.clusters import ClusterMean
from domaintune.science.evidence.statistics import Paired

REASONS = {
    "needs_model": "needs a judge model",
    "unparsed": "reply could not be read",
    "refused": "judge refused",
    "not_judged": "not judged",
    "too_long": "too long for the judge",
    "refused_request": "the judge's server refused the request",
    "server_error": "the judge's server failed",
    "timeout": "no answer in time",
    "no_scores": "no scores in the reply",
    "one_order_only": "read in one order of presentation only",
}
"""Why a judgment could not be used, or a question has no score, in words."""


class Mean(NamedTuple):
    """A mean over questions; without an interval where too few of them vary."""

    n: int
    clusters: int
    mean: float
    ci_low: float | None
    ci_high: float | None


Means = dict[str, Mean]
"""Criterion or text measure → its mean; one without a value is left out."""


class Gains(NamedTuple):
    """Paired differences by category, over seen and unseen categories, and the difference of the two; or by turn."""

    categories: dict[str, ClusterMean]
    seen: ClusterMean | None
    """Over the categories of the arm's training rows; None where they are not known or no question has one."""
    unseen: ClusterMean | None
    seen_minus_unseen: ClusterMean | None
    tests: int


class ByCategory(NamedTuple):
    """An arm's means over all questions, by category, pooled over seen and unseen categories, and by turn."""

    criteria: Means
    categories: dict[str, Means]
    seen_categories: list[str] | None
    """Those of the arm's training rows that questions have; None where they are not known."""
    seen: Means | None
    """Over questions, not over categories; an untrained arm is pooled by what the trained ones have seen."""
    unseen: Means | None
    turns: dict[str, Means] | None = None


class WorstCase(NamedTuple):
    """The difference with each lost score at the end of the scale that is worst for the result as it was found."""

    questions: int
    clusters: int
    imputed: int
    """Scores that were lost."""
    difference: float
    ci_low: float | None
    ci_high: float | None
    p: float | None
    """Uncorrected."""
    in_words: str


class PairedTest(NamedTuple):
    """An arm against its baseline on one criterion."""

    statistics: Paired
    tests: int
    """Tests that it is corrected with, by Holm."""
    p_holm: float | None
    """None where no test was possible, or where the test is exploratory."""
    exploratory: bool
    in_words: str
    categories: Gains | None
    worst_case: WorstCase | None
    turns: Gains | None = None


class Length(NamedTuple):
    """Length of the answers that both arms gave, in characters or tokens."""

    mean_arm: float
    mean_baseline: float
    ratio_of_means: float | None
    median_ratio: float | None
    at_least_twice: int
    """Answers of the arm that are at least twice as long as the baseline's."""


class Lengths(NamedTuple):
    """Answers of an arm and its baseline to the same questions; counts of those cut at the longest allowed length."""

    answers: int
    unfinished_arm: int
    unfinished_baseline: int
    empty_arm: int
    empty_baseline: int
    tokens: Length | None
    characters: Length | None


class Choices(NamedTuple):
    """Questions by the arm that a judge found closer, or more specific; of disagreeing orders a win for nobody."""

    questions: int
    clusters: int
    arm: int
    baseline: int
    nothing: int
    orders_disagree: int
    p_sign_test: float | None
    """Over the decided ones by cluster, uncorrected."""


class OrderRead(NamedTuple):
    """Judgments of one order of presentation."""

    asked: int
    read: int


class JudgmentsRead(NamedTuple):
    """Judgments of one arm by one rubric: how they came out, and why questions have no score."""

    judgments: int
    outcomes: dict[str, int]
    parse_rate: float | None
    """Share 0–1 of the judgments that could be read."""
    questions_unscored: dict[str, int]
    """Reason → questions."""
    in_words: str
    orders: dict[str, OrderRead] | None = None
    """By order of presentation, where two answers were shown."""


class PairwiseRubric(NamedTuple):
    """What a rubric that shows two answers side by side says of an arm against its baseline."""

    read: JudgmentsRead
    choices: Choices | None
    choices_in_words: str
    likeness: Means
    """How like the two answers are in each respect."""
    more_specific: dict[str, Choices]
    """In each respect."""
    paired: dict[str, PairedTest]
    judge_in_words: str


class Against(NamedTuple):
    """An arm against its baseline, by pairwise rubric."""

    baseline: str
    questions_asked: int
    lengths: Lengths
    rubrics: dict[str, PairwiseRubric]

    @property
    def tested(self) -> list[PairedTest]:
        """Return its tests by rubric and criterion."""
        return [one for _, own in sorted(self.rubrics.items()) for one in own.paired.values()]


class Criterion(NamedTuple):
    """A criterion that answers are scored on one by one; titles by language."""

    name: str
    title: dict[str, str]
    lowest: int
    highest: int

    @property
    def heading(self) -> str:
        """Return its title in English, else in the language that it has."""
        return self.title.get("en") or self.title[min(self.title)]
