"""`sample`: composed corpora, one entry a corpus."""

from typing import ClassVar, Literal

from pydantic import Field

from domaintune.core.stage.params import OneOf, Params

Topic = Literal["projects", "chemistry", "writing"]


class ProjectsCorpus(Params):
    """Project records: `awards.csv`, `projects.csv` and `reference.csv`."""

    section: ClassVar[str] = "sample"
    kind: Literal["projects"]
    projects: int = Field(gt=0)
    """Rows of `projects.csv`; `awards.csv` and `reference.csv` grow with it."""


class ChemistryCorpus(Params):
    """Papers, documents, question-answer sets, exams and benchmarks in two languages.

    Counts are of well-formed rows; the faults of real exports come on top.
    """

    section: ClassVar[str] = "sample"
    kind: Literal["chemistry"]
    abstracts: int = Field(ge=3)
    """Papers of `abstracts.csv`; a third as many in `papers_ko.jsonl`."""
    documents: int = Field(gt=0)
    """Files in `documents/`: .txt, .md and .pdf in turn."""
    long_documents: int = Field(gt=0)
    """Files in `long/`, at least 2,000 words each."""
    pairs: int = Field(ge=2, le=500)
    """Questions of `qa_short.jsonl`; half as many in `qa_long.jsonl`."""
    exams: int = Field(ge=4, le=1000)
    """Questions of `exam_ko.csv`; a quarter as many in `exam_columns.csv`."""
    mmlu: int = Field(ge=2, le=400)
    """Questions of `mmlu_test.csv`, half of each subset; half as many in `kmmlu.jsonl`."""


class TextCorpus(Params):
    """Pre-training text: `text.jsonl` and `dialogues.jsonl`."""

    section: ClassVar[str] = "sample"
    kind: Literal["text"]
    documents: int = Field(gt=0)
    """Lines of `text.jsonl`, about 100 tokens each."""
    dialogues: int = Field(ge=0)
    """Lines of `dialogues.jsonl`, one question and one answer each."""
    topics: list[Topic] | None = Field(default=None, min_length=1)
    """What the lines are about, in turn; null: projects alone. `chemistry` is written in two languages,
    `writing` in Korean."""


class InstructionSetsCorpus(Params):
    """Instruction sets on science in two languages: question answering, explanation, problems and summaries in turn.

    Counts are of well-formed rows; the faults of real sets come on top.
    """

    section: ClassVar[str] = "sample"
    kind: Literal["instruction_sets"]
    alpaca: int = Field(ge=1, le=200)
    """Rows of `alpaca_en.json`."""
    dolly: int = Field(ge=1, le=200)
    """Rows of `dolly_en.jsonl`."""
    sharegpt: int = Field(ge=1, le=200)
    """Conversations of `sharegpt_en.json`, a third of them with two exchanges."""
    korean: int = Field(ge=1, le=400)
    """Conversations of `chat_ko.jsonl`, a quarter of them with two exchanges."""
    evaluation: int = Field(ge=1, le=100)
    """Tasks of `evaluation_en.jsonl`, and the same in `evaluation_ko.jsonl`."""


class KobestCorpus(Params):
    """Questions in the layouts of the published KoBEST files: `copa.tsv`, `boolq.tsv` and `hellaswag.tsv`."""

    section: ClassVar[str] = "sample"
    kind: Literal["kobest"]
    questions: int = Field(ge=2, le=360)
    """Of each file."""


class WritingCorpus(Params):
    """Korean writing tasks with good and poor answers: `writing_ko.jsonl`, and `evaluation_ko.jsonl` to ask."""

    section: ClassVar[str] = "sample"
    kind: Literal["writing"]
    good: int = Field(ge=4, le=2000)
    """Rows of `writing_ko.jsonl` with a good answer, in four categories."""
    poor: int = Field(ge=0, le=2000)
    """Rows with a poor answer: cut off, of another task, without content, or repeating itself."""
    evaluation: int = Field(ge=6, le=300)
    """Rows of `evaluation_ko.jsonl`, in the same four categories and two others."""


class AnyCorpus(OneOf):
    """One item of `sample`, whichever its kind."""

    section: ClassVar[str] = "sample"
    chosen: (
        ProjectsCorpus | ChemistryCorpus | TextCorpus | InstructionSetsCorpus | KobestCorpus | WritingCorpus
    )
