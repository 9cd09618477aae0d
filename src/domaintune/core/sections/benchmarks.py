"""`benchmarks`: which questions every arm is scored on; the cards are in catalog/benchmarks/<benchmark>.yaml."""

from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from domaintune.core.stage.params import OneOf, Params

Method = Literal["likelihood", "generation", "continuation", "continuation_norm"]
Metric = Literal["acc", "acc_norm", "exact_match"]
Role = Literal["general", "science", "target"]
"""general, science: what must not be forgotten; target: what is tuned for."""


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
    """likelihood: the option whose label is most likely; generation: the answer's text is read; continuation: the
    option whose own text is the most likely continuation (lm-eval's `acc` where a task shows no options), and
    continuation_norm: per character of it (`acc_norm`). The first is the headline."""
    prompt: Literal["arm", "plain"]
    """arm: rendered with the template the arm is trained and asked with; plain: as lm-eval's own task writes it, by
    `plain` of the card, or as MMLU."""
    max_questions: int | None = Field(gt=0)
    """Questions a subset, chosen by a hash of their id; null: all."""
    role: Role

    @model_validator(mode="after")
    def _continued_plainly(self) -> Self:
        if self.prompt == "arm" and any(method.startswith("continuation") for method in self.methods):
            raise ValueError(
                "methods: continuation puts questions without their options; it needs prompt: plain"
            )
        return self


class NamedBenchmark(Params):
    """lm-eval's own tasks by name; their data come from the hub."""

    section: ClassVar[str] = "benchmarks"
    kind: Literal["lm_eval"]
    tasks: list[str] = Field(min_length=1)
    shots: int = Field(ge=0)
    """Worked examples before each question."""
    max_questions: int | None = Field(gt=0)
    metric: Metric
    """Which of the scores its tasks report is taken. acc, acc_norm: multiple choice by likelihood, the latter per
    character of the option; exact_match: tasks that generate the letter of an option."""
    role: Role


class AnyBenchmark(OneOf):
    """One item of `benchmarks`, whichever its kind."""

    section: ClassVar[str] = "benchmarks"
    chosen: LocalBenchmark | NamedBenchmark
