"""`sample`: composed corpora, one entry a corpus."""

from typing import ClassVar, Literal

from pydantic import ConfigDict, Field

from domaintune.core.stage.params import Params

Topic = Literal["projects", "chemistry"]


class AnyCorpus(Params):
    """The kind of an entry, read before its own model is chosen."""

    model_config = ConfigDict(extra="ignore")
    section: ClassVar[str] = "sample"
    kind: Literal["projects", "chemistry", "text"]
    """projects, chemistry: raw corpora in the sources' native formats. text: pre-training text about others."""


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
    """What the lines are about, in turn; null: projects alone. `chemistry` is written in two languages."""
