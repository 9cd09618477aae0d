"""`sources`: raw corpora, question sets and instruction sets, one entry a file or folder."""

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from domaintune.core.sections.columns import (
    Column,
    ColumnMapping,
    QuestionMapping,
    TableLayout,
)
from domaintune.core.stage.params import OneOf, Params

Dataset = Annotated[str, Field(pattern=r"^(hub:[^@\s#]+/[^@\s#]+@[^\s#]+|local)(#\S+)?$")]
"""`hub:owner/name@revision` or `local` (the folder `path` holds), optionally `#split` or `#subset/split`."""


class Chunking(Params):
    """How long texts are cut, at section and sentence borders."""

    max_tokens: int = Field(gt=0)
    """Longest chunk in estimated tokens (see science/text_structure)."""
    overlap_tokens: int = Field(ge=0)
    """Whole sentences of at most so many estimated tokens are repeated at the start of the next chunk."""

    @model_validator(mode="after")
    def _moves_on(self) -> Self:
        if self.overlap_tokens * 2 > self.max_tokens:
            raise ValueError("overlap_tokens must be at most half of max_tokens, or most text is repeated")
        return self


class RawData(Params):
    """What every source has."""

    section: ClassVar[str] = "sources"
    path: str = Field(pattern=r"^[^\n]+$")
    """File or folder, absolute or relative to the repository's root; DVC tracks its content. It is one
    line. For a hub data set, which its revision pins: `locks/ingest.txt`."""
    licence: str = Field(min_length=2)
    """As the source states it, no single letter; it goes into every row and the adapter's model card."""
    dataset: Dataset | None = None
    """A data set read through the `datasets` library; left out: `path` is read itself."""


class RawTable(RawData):
    """What a source has whose file may be a delimited one, in one language."""

    language: str = Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]+)*$")
    """Code of the language the texts are in, e.g. en, ko."""
    table: TableLayout | None = None
    """How a delimited file, or a folder of texts, is written; left out: as the file itself shows."""

    @model_validator(mode="after")
    def _one_layout(self) -> Self:
        if self.table and self.dataset:
            raise ValueError("table describes a delimited file, dataset none; set one of them to null")
        return self


class Source(RawTable):
    """One raw corpus of documents."""

    kind: Literal["documents"]
    """Texts that instruction data is made from, by `tasks`."""
    format: Literal["sbir_api", "sbir_portal", "sbir_awards", "techport", "columns", "texts"]
    """SBIR.gov API export, portal export, SBIR.gov bulk award CSV, TechPort search JSON, any table by `columns`, or
    `texts`: .txt, .md and .pdf files, one or a folder of them."""
    agency: str | None
    """Keep records of this agency only; null keeps all."""
    columns: ColumnMapping | None
    """The mapping for format `columns`, which a `dataset` needs; null for the others."""
    chunks: Chunking | None = None
    """Left out: a record is one document, however long."""

    @model_validator(mode="after")
    def _one_way_to_read(self) -> Self:
        if self.dataset and self.format != "columns":
            raise ValueError(f"dataset needs format `columns` with a mapping, not `{self.format}`")
        if self.format == "columns" and self.columns is None:
            raise ValueError(
                "columns: format `columns` needs a mapping; `domaintune source add` proposes one"
            )
        if self.format == "columns" and self.agency is not None and self.columns and not self.columns.agency:
            raise ValueError(
                "columns.agency: name the column that holds the agency, or set agency to null to keep all records"
            )
        return self


class QuestionSource(RawTable):
    """One set of questions: an exam with options, or open questions with their answers."""

    kind: Literal["questions"]
    """An exam, or open questions with their answers: `tasks` train on them, `benchmarks` score with them."""
    use: Literal["train", "benchmark"]
    """train: split like documents, the test part held out; benchmark: never trained on, and looked for in what is."""
    columns: QuestionMapping
    subject: str | None = None
    """Subject of all questions, where the file has no column for it."""
    difficulty: str | None = None
    """Difficulty of all questions, where the file has no column for it."""
    difficulties: dict[Column, str] | None = None
    """The file's names of difficulties → ours, e.g. 전문: professional."""


class InstructionFilters(Params):
    """Which rows of an instruction set are unusable. Each lost row is kept with the filter's name as reason."""

    empty_output: bool
    """Rows, or answers of a conversation, without text."""
    min_chars: int = Field(ge=0)
    """Rows with less text are `too_short`; 0: none are."""
    min_chars_of: Literal["row", "part"]
    """row: instruction, input and output together, or all turns; part: what is asked and what is answered, or every
    turn, for itself (the survey's rule for ShareGPT)."""
    output_equals_input: bool
    """Answers that only repeat what was given."""
    refusals: bool
    """Answers that refuse, or speak of being a language model (science/refusals.py)."""
    wrong_language: Literal["asked", "answered", "each", "none"]
    """Which side must be in one of the source's languages: what is asked, what is answered, or each of them."""
    duplicate_instruction: bool
    """Rows whose instruction and input an earlier row has; the first usable one stays."""


InstructionFormat = Literal[
    "alpaca",
    "dolly",
    "sharegpt",
    "natural_instructions",
    "p3",
    "flan",
    "self_instruct",
    "dialogues",
    "openai_chat",
    "mt_bench",
]
QUESTIONS_ALONE = ("mt_bench",)
"""Formats whose rows need no answer: they are asked, and never trained on."""


class InstructionSource(RawData):
    """One set of instructions with their answers, or of conversations."""

    kind: Literal["instructions"]
    """Instructions that have their answers: `sets` say what becomes of them."""
    format: InstructionFormat
    """Published shape of the file; docs/instruction-sets.md says what each looks like."""
    languages: list[Annotated[str, Field(pattern=r"^[a-z]{2}$")]] = Field(min_length=1)
    """Languages expected, the first one that of rows too short to tell. With several, each row gets its own."""
    origin: Literal["public", "human"]
    """Who wrote the answers: people (human), or a model or people unknown (public)."""
    filters: InstructionFilters

    @model_validator(mode="after")
    def _can_be_told(self) -> Self:
        if len(self.languages) > 1 and self.filters.wrong_language == "none":
            raise ValueError("several languages need filters.wrong_language, or no row's language is known")
        if self.dataset and self.format in {"dialogues", "natural_instructions"}:
            raise ValueError(f"format `{self.format}` is read from files; leave dataset out")
        return self


class AnySource(OneOf):
    """One item of `sources`, whichever its kind."""

    section: ClassVar[str] = "sources"
    chosen: Source | QuestionSource | InstructionSource
