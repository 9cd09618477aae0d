"""How a file names what it holds: columns of records and questions, and the layout of delimited files."""

import unicodedata
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from domaintune.core.stage.params import Params


def composed(text: str) -> str:
    """Return the text in NFC: names typed on macOS or read from its files may be decomposed."""
    return unicodedata.normalize("NFC", text)


def plain_word(word: str) -> str:
    """Return a word of an answer column as words are compared: NFC, no spaces around it, no case."""
    return composed(word).strip().casefold()


Column = Annotated[str, AfterValidator(composed)]
"""Name of a column, in NFC as readers of tables give them."""


class ColumnMapping(Params):
    """Which column of a mapped file holds what; unnamed columns are left out, `attributes` and `sections` excepted."""

    id: Column | None
    """Column with the record's own id; null: a hash of title and text."""
    title: Column
    """Column with what the record is called."""
    text: Column
    """Column with the main text: what is asked about."""
    keywords: Column | None
    """Column with the authors' keywords; null: there is none."""
    keyword_separator: str = Field(min_length=1)
    """What stands between keywords in one cell, e.g. `;`."""
    sections: dict[str, Column]
    """Section name → column, e.g. nasa_applications: NASA Applications."""
    attributes: dict[str, Column]
    """Attribute name → column, e.g. firm: Company."""
    agency: Column | None
    """Column to filter by agency; null when there is none."""
    licence: Column | None = None
    """Column with each record's own licence; left out: the source's."""


class QuestionMapping(Params):
    """Which column of a question set holds what."""

    id: Column | None
    """Column with the question's own id; null: a hash of question and options, and a repeat's number."""
    question: Column
    """Column with what is asked."""
    options: (
        Annotated[list[Column], Field(min_length=1, max_length=26)]
        | Annotated[dict[str, str], Field(min_length=2, max_length=26)]
        | Literal["in_question", "none"]
    )
    """Columns of the 2 to 26 options in order, or one that holds a list of them, or an object of options and their
    scores (BIG-bench's `target_scores`, which is the answer's column too); options that are the same for every
    question, with what the answer column says for each (`{아니오: "False", 예: "True"}`); `in_question` (①, ②, …
    inside the question's text); or `none`: an open question."""
    answer: Column
    """Column with the right option as index from 1, label (A, ③) or text; several as a list, or as `1,3`, `A;C`, `①③`
    or `ACD`: whichever is chosen is right. Of an open question, the answer itself."""
    explanation: Column | None = None
    """Column that says why the answer is right; task `exam` trains on it."""
    subject: Column | None = None
    """Column with the subject, by which `benchmarks.<name>.subsets: subject` makes its table."""
    difficulty: Column | None = None
    """Column with the difficulty, as above with `subsets: difficulty`."""
    category: Column | None = None
    """Column with a category of your own."""
    context: Column | None = None
    """Column with the text a question is about."""
    picture: Column | None = None
    """Column that is filled where the question needs a picture; such rows are quarantined."""
    first_answer: Literal[0, 1] = 1
    """Number of the first option where answers are numbers; data sets on the hub often count from 0."""

    @model_validator(mode="after")
    def _told_apart(self) -> Self:
        if isinstance(self.options, dict) and len(set(map(plain_word, self.options.values()))) < len(
            self.options
        ):
            raise ValueError("options: two fixed options have the same word in the answer column")
        return self


class TableLayout(Params):
    """How a delimited file is written, where that cannot be told from the file."""

    comment: str | None = None
    """Lines before the header that start with this are skipped, e.g. `#`."""
    quoting: bool = True
    """false: a quotation mark is a plain character (TSV without quoting)."""
    header: list[Column] | None = Field(default=None, min_length=1)
    """Names of the columns of a file without a header line, e.g. [question, A, B, C, D, answer]."""
    encoding: Literal["cp949", "windows-1252", "shift_jis", "gb18030"] | None = None
    """Of a delimited or JSON file, or of a folder's texts; left out: UTF-8, or UTF-16 with a byte order mark."""
