"""`benchmarks`: which questions every arm is scored on; the cards are in catalog/benchmarks/<benchmark>.yaml."""

from typing import ClassVar, Literal

from pydantic import Field

from domaintune.core.stage.params import OneOf, Params

Method = Literal["likelihood", "generation"]


class LocalBenchmark(Params):
    """Multiple-choice questions of our own sources, scored through lm-eval."""

    section: ClassVar[str] = "benchmarks"
    kind: Literal["local"]
    sources: list[str] = Field(min_length=1)
    """Keys of `sources` with kind questions."""
    split: Literal["benchmark", "test"]
    """benchmark: all questions of sources with use benchmark; test: the held-out ones of sources with use train."""
    subsets: Literal["source", "subject", "difficulty"]
    """What the columns of the table are."""
    methods: list[Method] = Field(min_length=1)
    """likelihood: the option whose label is most likely; generation: the answer's text is read. The first is the
    headline."""
    prompt: Literal["arm", "plain"]
    """arm: rendered with the template the arm is trained and asked with; plain: as lm-eval writes MMLU."""
    max_questions: int | None = Field(gt=0)
    """Questions a subset, chosen by a hash of their id; null: all."""


class NamedBenchmark(Params):
    """lm-eval's own tasks by name; their data come from the hub."""

    section: ClassVar[str] = "benchmarks"
    kind: Literal["lm_eval"]
    tasks: list[str] = Field(min_length=1)
    shots: int = Field(ge=0)
    """Worked examples before each question."""
    max_questions: int | None = Field(gt=0)


class AnyBenchmark(OneOf):
    """One item of `benchmarks`, whichever its kind."""

    section: ClassVar[str] = "benchmarks"
    chosen: LocalBenchmark | NamedBenchmark
