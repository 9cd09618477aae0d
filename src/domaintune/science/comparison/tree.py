"""The comparison as a whole and its JSON; each answer by itself, and the selection of rows against a random control."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, TypeAdapter, ValidationError

from domaintune.core.benchmark_spec import SuiteSpec
from domaintune.core.scoring.spec import PublishedCategories, PublishedScores
from domaintune.core.stage.errors import InputError
from domaintune.core.stage.files import read_json
from domaintune.science.comparison.benchmarked import Average, Benchmark, RoleVerdict, SuiteRow
from domaintune.science.comparison.judge import Judge
from domaintune.science.comparison.judged import Against, ByCategory, Criterion, JudgmentsRead, PairedTest
from domaintune.science.evidence.significance import AgainstControl

Origin = Literal["documents", "sets", "both"]
"""Whether questions are about documents, or rows of instruction and question sets, which have none."""


class AgainstBaseline(NamedTuple):
    """An arm's tests against its baseline, by criterion."""

    baseline: str
    paired: dict[str, PairedTest]


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


class SuiteArm(NamedTuple):
    """An arm on all benchmarks."""

    baseline: str
    benchmarks: list[SuiteRow]
    not_scored: list[str]
    average: Average
    roles: dict[str, RoleVerdict]
    in_words: list[str]


class Suite(NamedTuple):
    """All benchmarks together."""

    margin: float
    alpha: float
    """Of each of the two one-sided tests."""
    spec: SuiteSpec | None
    arms: dict[str, SuiteArm]


class PairOfRuns(NamedTuple):
    """An arm of selected rows and its random control, with the same seed."""

    selected: str
    random: str
    seed: int | None
    """None: the project's."""
    tokens_selected: int
    tokens_random: int
    apart: float
    """Share 0–1 of the larger."""


class MeasuredSelection(NamedTuple):
    """One thing measured of both sides; without figures where no question has a value from every arm."""

    kind: str
    """judged, text or benchmark."""
    of: str
    """The rubric or the benchmark."""
    name: str
    title: str
    questions: int
    means: dict[str, list[float]] | None
    """Side → mean of each of its runs."""
    test: AgainstControl | None
    p_holm: float | None
    tests: int
    """Of its family; 0: it is in none."""
    verdict: str | None
    detectable_gain: float | None
    """Smallest gain that so many draws find with the wanted power at this spread."""
    in_words: str


class SelectionTest(NamedTuple):
    """Rows selected by grade against random control; k runs a side."""

    pairs: list[PairOfRuns]
    k: int
    tests: int
    measured: list[MeasuredSelection]


class Comparison(NamedTuple):
    """All arms against their baselines; what was not asked for is None."""

    alpha: float
    power: float
    measures: str
    """recall, transfer, reading or reading_trained."""
    asked: str
    questions_from: Origin
    primary: list[str] | None
    arms: dict[str, Against]
    judge: Judge
    near_copies: dict[str, Any]
    """As `curate` counted them."""
    single: dict[str, SingleRubric] | None = None
    text_measures: TextMeasures | None = None
    benchmarks: dict[str, Benchmark] | None = None
    suite: Suite | None = None
    selection: SelectionTest | None = None

    @property
    def judged(self) -> bool:
        """Say whether a pairwise rubric is asked about any arm."""
        return any(arm.rubrics for arm in self.arms.values())


def as_json(value: Any) -> Any:
    """Return records as mappings; a field that need not be there is left out where it is None."""
    if isinstance(value, Mapping):
        return {key: as_json(one) for key, one in value.items()}
    if isinstance(value, BaseModel):
        return value.model_dump()
    if isinstance(value, list):
        return [as_json(one) for one in value]
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        optional: Mapping[str, Any] = getattr(value, "_field_defaults", {})
        fields: dict[str, Any] = value._asdict()
        return {name: as_json(one) for name, one in fields.items() if one is not None or name not in optional}
    return value


def read_comparison(path: Path) -> Comparison:
    """Read what `compare` wrote; it must be this version's comparison."""
    try:
        return TypeAdapter(Comparison).validate_python(read_json(path))
    except ValidationError as error:
        raise InputError(
            f"{path}: not a comparison of this version: {error}. Run `dvc repro compare`."
        ) from error
