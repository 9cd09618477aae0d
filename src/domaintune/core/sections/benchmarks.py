"""`benchmarks`: which questions every arm is scored on; the cards are in catalog/benchmarks/<benchmark>.yaml."""

from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from domaintune.core.stage.params import OneOf, Params

Method = Literal["likelihood", "generation", "continuation", "continuation_norm"]
Metric = Literal["acc", "acc_norm", "exact_match"]
Role = Literal["general", "science", "target"]


class LocalBenchmark(Params):
    """Multiple-choice questions of our own sources, scored through lm-eval."""

    section: ClassVar[str] = "benchmarks"
    kind: Literal["local"]
    """Questions of `sources`."""
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
    cyclic: bool
    """true: each question is asked once per cyclic order of its options, so that a favourite place earns nothing; it
    stays one question. Accuracy is then over all orders.

    Source: CircularEval of MMBench, Liu et al. 2023, arXiv:2307.06281.
    """
    shots: int = Field(ge=0)
    """Worked examples before each question."""
    shots_from: list[str]
    """Keys of `sources` with use benchmark whose questions are the examples, e.g. MMLU's dev files; those of the same
    subset (of the same subject, where subsets are sources) come first. A question that is scored is none."""
    max_questions: int | None = Field(gt=0)
    """Questions a subset, chosen by a hash of their id; null: all."""
    role: Role
    """general, science: what must not be forgotten; target: what is tuned for."""

    @model_validator(mode="after")
    def _fit_together(self) -> Self:
        if any(method.startswith("continuation") for method in self.methods):
            if self.prompt == "arm":
                raise ValueError(
                    "methods: continuation puts questions without their options; it needs prompt: plain"
                )
            if self.cyclic:
                raise ValueError(
                    "cyclic: continuation puts questions without their options, whose order changes nothing; set false"
                )
        if bool(self.shots) != bool(self.shots_from):
            raise ValueError(
                "shots: examples need sources, shots_from: [SOURCE, …]; without examples shots is 0 and shots_from []"
            )
        return self


class NamedBenchmark(Params):
    """lm-eval's own tasks by name; their data come from the hub."""

    section: ClassVar[str] = "benchmarks"
    kind: Literal["lm_eval"]
    """Questions of lm-eval's tasks."""
    tasks: list[str] = Field(min_length=1)
    """Names of the tasks, as `lm-eval ls tasks` lists them."""
    shots: int = Field(ge=0)
    """Worked examples before each question."""
    max_questions: int | None = Field(gt=0)
    """The first questions of each task; null: all."""
    metric: Metric
    """Which of the scores its tasks report is taken. acc, acc_norm: multiple choice by likelihood, the latter per
    character of the option; exact_match: tasks that generate the letter of an option."""
    role: Role
    """As for local."""


class AnyBenchmark(OneOf):
    """One item of `benchmarks`, whichever its kind."""

    section: ClassVar[str] = "benchmarks"
    chosen: LocalBenchmark | NamedBenchmark
