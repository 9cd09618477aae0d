"""`benchmarks`: which questions every arm is scored on; the cards are in catalog/benchmarks/<benchmark>.yaml."""

from typing import Any, ClassVar, Literal

from pydantic import Field, ModelWrapValidatorHandler, TypeAdapter, model_validator

from domaintune.core.stage.params import Params

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


class AnyBenchmark(Params):
    """One item of `benchmarks`, whichever its kind."""

    section: ClassVar[str] = "benchmarks"
    chosen: LocalBenchmark | NamedBenchmark

    @model_validator(mode="wrap")
    @classmethod
    def choose(cls, value: Any, handler: ModelWrapValidatorHandler["AnyBenchmark"]) -> "AnyBenchmark":
        """Validate the item against the model of its kind, so that problems name that kind's fields only."""
        del handler
        named = isinstance(value, dict) and value.get("kind") == "lm_eval"
        adapter: TypeAdapter[LocalBenchmark | NamedBenchmark] = TypeAdapter(
            NamedBenchmark if named else LocalBenchmark
        )
        return cls.model_construct(chosen=adapter.validate_python(value, strict=True))
