"""`sample`: composed corpora, one entry a corpus."""

from typing import ClassVar, Literal

from pydantic import Field

from domaintune.core.stage.params import OneOf, Params


class ProjectsCorpus(Params):
    """Project records: `awards.csv`, `projects.csv` and `reference.csv`."""

    kind: Literal["projects"]
    projects: int = Field(gt=0)
    """Rows of `projects.csv`; `awards.csv` and `reference.csv` grow with it."""


class TextCorpus(Params):
    """Pre-training text on such projects: `text.jsonl` and `dialogues.jsonl`."""

    kind: Literal["text"]
    documents: int = Field(gt=0)
    """Lines of `text.jsonl`, about 100 tokens each."""
    dialogues: int = Field(ge=0)
    """Lines of `dialogues.jsonl`, one question and one answer each."""


class AnyCorpus(OneOf):
    """One item of `sample`, whichever its kind."""

    section: ClassVar[str] = "sample"
    chosen: ProjectsCorpus | TextCorpus
