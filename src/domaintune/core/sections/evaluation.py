"""What params.yaml says of what is asked and scored: `answer`, `rubrics`, `benchmarks`."""

from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from domaintune.core.stage.params import OneOf, Params


class Questions(Params):
    """The questions every arm answers."""

    n: int = Field(ge=0)
    """Questions, chosen by a hash of their id; fewer when the split has fewer; 0: nothing is asked or judged."""
    from_: Literal["train", "test"] = Field(alias="from")
    """Split of the documents the questions are about."""
    context: Literal["none", "document"]
    """document: a question about a document stands before its text; others stand alone."""


class Answering(Params):
    """The whole section."""

    section: ClassVar[str] = "answer"
    questions: Questions

    def measures(self) -> str:
        """Name what a comparison on these questions measures.

        `recall` of trained documents without them, `transfer` to documents never trained on, `reading` of a
        document that is given; `reading_trained` is reading where the document was also trained on.
        """
        if self.questions.context == "none":
            return "recall" if self.questions.from_ == "train" else "transfer"
        return "reading" if self.questions.from_ == "test" else "reading_trained"


Language = Literal["ko", "en"]


class Rubric(Params):
    """One rubric: of two answers side by side (`orders`), or of each answer by itself (`language`)."""

    section: ClassVar[str] = "rubrics"
    orders: list[Literal["baseline_first", "arm_first"]] | None = Field(default=None, min_length=1)
    """Which answer the judge sees first; both, to see whether the order decides."""
    language: Language | None = None
    """The language the judge is asked in, of those the rubric's spec has."""

    @model_validator(mode="after")
    def _of_one_kind(self) -> Self:
        if (self.orders is None) == (self.language is None):
            raise ValueError(
                "set `orders` for a rubric that compares two answers (match, similarity), or `language` for one that "
                "scores each answer by itself (llm_eval); not both"
            )
        return self

    @property
    def single(self) -> bool:
        """Return whether each answer is scored by itself, a baseline's too."""
        return self.language is not None


Method = Literal["likelihood", "generation", "continuation", "continuation_norm"]
Metric = Literal["acc", "acc_norm", "exact_match"]
Role = Literal["general", "science", "target"]


class LocalBenchmark(Params):
    """Multiple-choice questions of our own sources, scored through lm-eval."""

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
    `plain` of the spec, or as MMLU."""
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
