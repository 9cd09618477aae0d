"""`sources`: raw corpora and question sets, one entry a file or folder."""

from typing import Any, ClassVar, Literal

from pydantic import Field, ModelWrapValidatorHandler, TypeAdapter, model_validator

from domaintune.core.stage.params import Params


class ColumnMapping(Params):
    """Which column of a mapped file holds what; unnamed columns are left out, `attributes` and `sections` excepted."""

    section: ClassVar[str] = "sources"
    id: str | None
    """Column with the record's own id; null: a hash of title and text."""
    title: str
    text: str
    keywords: str | None
    keyword_separator: str = Field(min_length=1)
    """What stands between keywords in one cell, e.g. `;`."""
    sections: dict[str, str]
    """Section name → column, e.g. nasa_applications: NASA Applications."""
    attributes: dict[str, str]
    """Attribute name → column, e.g. firm: Company."""
    agency: str | None
    """Column to filter by agency; null when there is none."""
    licence: str | None = None
    """Column with each record's own licence; left out: the source's."""


class QuestionMapping(Params):
    """Which column of a question set holds what."""

    section: ClassVar[str] = "sources"
    id: str | None
    """Column with the question's own id; null: a hash of question and options."""
    question: str
    options: list[str] | Literal["in_question", "none"]
    """Columns of the options in order; `in_question` (①…⑤ inside the question's text); or `none`: an open question."""
    answer: str
    """Column with the right option as index from 1, label (A, ③) or text; of an open question, the answer itself."""
    explanation: str | None = None
    subject: str | None = None
    difficulty: str | None = None
    category: str | None = None
    context: str | None = None
    """Column with the text an open question is about."""
    picture: str | None = None
    """Column that is filled where the question needs a picture; such rows are quarantined."""


class TableLayout(Params):
    """How a delimited file is written, where that cannot be told from the file."""

    section: ClassVar[str] = "sources"
    comment: str | None = None
    """Lines before the header that start with this are skipped, e.g. `#`."""
    quoting: bool = True
    """false: a quotation mark is a plain character (TSV without quoting)."""
    header: list[str] | None = None
    """Names of the columns of a file without a header line, e.g. [question, A, B, C, D, answer]."""


class Chunking(Params):
    """How long texts are cut, at section and sentence borders."""

    section: ClassVar[str] = "sources"
    max_tokens: int = Field(gt=0)
    """Longest chunk in estimated tokens (see science/token_estimate)."""
    overlap_tokens: int = Field(ge=0)
    """Whole sentences of at most so many estimated tokens are repeated at the start of the next chunk."""


class Source(Params):
    """One raw corpus of documents."""

    section: ClassVar[str] = "sources"
    path: str = Field(pattern=r"^[^'\n]+$")
    """File or folder, absolute or relative to the repository's root; DVC tracks its content. It stands between single
    quotes in a command line, so it holds none. For a hub data set, which its revision pins: `locks/tables.txt`."""
    kind: Literal["documents"]
    format: Literal["sbir_api", "sbir_portal", "sbir_awards", "techport", "columns", "texts"]
    """SBIR.gov API export, portal export, SBIR.gov bulk award CSV, TechPort search JSON, any table by `columns`, or
    `texts`: a folder of .txt, .md and .pdf files."""
    agency: str | None
    """Keep records of this agency only; null keeps all."""
    language: str = Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]+)*$")
    licence: str = Field(min_length=1)
    columns: ColumnMapping | None
    """The mapping for format `columns`; null for the others."""
    table: TableLayout | None = None
    chunks: Chunking | None = None
    """Left out: a record is one document, however long."""
    dataset: str | None = Field(default=None, pattern=r"^(hub:[^@\s]+/[^@\s]+@\S+|local)(#\S+)?$")
    """`hub:owner/name@revision` or `local` (the folder `path` holds), optionally `#split`; read through `datasets`."""


class QuestionSource(Params):
    """One set of questions: an exam with options, or open questions with their answers."""

    section: ClassVar[str] = "sources"
    path: str = Field(pattern=r"^[^'\n]+$")
    """As for documents."""
    kind: Literal["questions"]
    use: Literal["train", "benchmark"]
    """train: split like documents, the test part held out; benchmark: never trained on, and looked for in what is."""
    language: str = Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]+)*$")
    licence: str = Field(min_length=1)
    columns: QuestionMapping
    subject: str | None = None
    """Subject of all questions, where the file has no column for it."""
    difficulty: str | None = None
    """Difficulty of all questions, where the file has no column for it."""
    difficulties: dict[str, str] | None = None
    """The file's names of difficulties → ours, e.g. 전문: professional."""
    table: TableLayout | None = None
    dataset: str | None = Field(default=None, pattern=r"^(hub:[^@\s]+/[^@\s]+@\S+|local)(#\S+)?$")


class AnySource(Params):
    """One item of `sources`, whichever its kind."""

    section: ClassVar[str] = "sources"
    chosen: Source | QuestionSource

    @model_validator(mode="wrap")
    @classmethod
    def choose(cls, value: Any, handler: ModelWrapValidatorHandler["AnySource"]) -> "AnySource":
        """Validate the item against the model of its kind, so that problems name that kind's fields only."""
        del handler
        questions = isinstance(value, dict) and value.get("kind") == "questions"
        adapter: TypeAdapter[Source | QuestionSource] = TypeAdapter(QuestionSource if questions else Source)
        return cls.model_construct(chosen=adapter.validate_python(value, strict=True))
