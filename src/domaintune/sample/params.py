"""`sample`: composed corpora, one entry a corpus."""

from typing import ClassVar, Literal

from pydantic import ConfigDict, Field

from domaintune.core.stage.params import Params


class AnyCorpus(Params):
    """The kind of an entry, read before its own model is chosen."""

    model_config = ConfigDict(extra="ignore")
    section: ClassVar[str] = "sample"
    kind: Literal["projects", "text"]
    """projects: raw records in the sources' native formats. text: pre-training text about other projects."""


class ProjectsCorpus(Params):
    """Project records: `awards.csv`, `projects.csv` and `reference.csv`."""

    section: ClassVar[str] = "sample"
    kind: Literal["projects"]
    projects: int = Field(gt=0)
    """Rows of `projects.csv`; `awards.csv` and `reference.csv` grow with it."""


class TextCorpus(Params):
    """Pre-training text: `text.jsonl` and `dialogues.jsonl`."""

    section: ClassVar[str] = "sample"
    kind: Literal["text"]
    documents: int = Field(gt=0)
    """Lines of `text.jsonl`, about 100 tokens each."""
    dialogues: int = Field(ge=0)
    """Lines of `dialogues.jsonl`, one question and one answer each."""
