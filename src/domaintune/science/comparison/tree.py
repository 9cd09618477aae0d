"""The comparison as a whole, its JSON, and the selection of training rows against a random control."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, TypeAdapter, ValidationError

from domaintune.core.stage.errors import InputError
from domaintune.core.stage.files import read_json
from domaintune.science.comparison.answers import SingleRubric, TextMeasures
from domaintune.science.comparison.benchmarked import Benchmark
from domaintune.science.comparison.judge import Judge
from domaintune.science.comparison.judged import Against
from domaintune.science.comparison.suite import Suite
from domaintune.science.evidence.repetitions import AgainstControl

Origin = Literal["documents", "sets", "both"]
"""Whether questions are about documents, or rows of instruction and question sets, which have none."""


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
        defaults: dict[str, Any] = getattr(value, "_field_defaults", {})
        optional = {name for name, default in defaults.items() if default is None}
        fields: dict[str, Any] = value._asdict()
        return {name: as_json(one) for name, one in fields.items() if one is not None or name not in optional}
    return value


def read_comparison(path: Path) -> Comparison:
    """Read what `compare` wrote.

    Raises:
        InputError: the file is missing, no JSON, or not this version's comparison.
    """
    try:
        return TypeAdapter(Comparison).validate_python(read_json(path))
    except ValidationError as error:
        raise InputError(
            f"{path}: not a comparison of this version: {error}. Run `dvc repro compare`."
        ) from error
