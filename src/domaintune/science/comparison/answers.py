"""Each answer by itself: means of every arm by category and turn, judged or counted, and those published beside."""

from collections.abc import Mapping
from typing import NamedTuple

from domaintune.core.scoring.spec import PublishedCategories, PublishedScores
from domaintune.science.comparison.judged import Criterion, JudgmentsRead, Means, PairedTest


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


class AgainstBaseline(NamedTuple):
    """An arm's tests against its baseline, by criterion."""

    baseline: str
    paired: dict[str, PairedTest]

    @property
    def worst(self) -> bool:
        """Say whether scores were lost."""
        return any(one.worst_case for one in self.paired.values())


class SingleRubric(NamedTuple):
    """A rubric that scores each answer by itself."""

    description: str
    source: str
    language: str
    """That the judge was asked in."""
    headline: str
    """Criterion that stands for the rubric."""
    criteria: list[Criterion]
    arms: dict[str, ByCategory]
    read: dict[str, JudgmentsRead]
    """By arm."""
    against_baseline: dict[str, AgainstBaseline]
    published: PublishedScores | None
    published_categories: PublishedCategories | None
    judge_in_words: str

    @property
    def judgments(self) -> int:
        """Return how many judgments were asked for."""
        return sum(own.judgments for own in self.read.values())

    @property
    def declined(self) -> int:
        """Return how many were declined, because they need a judge model."""
        return sum(own.outcomes.get("needs_model", 0) for own in self.read.values())

    @property
    def scored(self) -> bool:
        """Say whether any answer has a score."""
        return any(own.criteria for own in self.arms.values())

    @property
    def shown(self) -> dict[str, str]:
        """Return criterion → title, the headline first; of a rubric without any score, the headline alone."""
        titles = {one.name: one.heading for one in self.criteria}
        first = {self.headline: titles[self.headline]}
        return first | titles if self.scored else first


class Measure(NamedTuple):
    """A text measure and what it counts."""

    name: str
    about: str


class TextMeasures(NamedTuple):
    """Measures of the answers' text that need no judge."""

    measures: list[Measure]
    arms: dict[str, ByCategory]
    """Values 0–1, 1 the best."""


def by_turn(arms: Mapping[str, ByCategory]) -> dict[str, ByCategory]:
    """Return each arm's means by turn in place of those by category."""
    return {arm: ByCategory(one.criteria, one.turns or {}, [], None, None) for arm, one in arms.items()}


def category_names(arms: Mapping[str, ByCategory], published: PublishedCategories | None) -> list[str]:
    """Return the categories of a table, sorted: those of any arm's questions, and those published."""
    own = {name for one in arms.values() for name in one.categories}
    return sorted(own | set(published.rows if published else ()))
