"""What readers of tables hand on: records as they stand in the file, typed values as text."""

import json
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

BATCH_ROWS = 20_000
"""Records held in memory at once; their number changes no result."""
PARAGRAPH = 100
"""Characters from which an item of a list is a paragraph, and no keyword."""
SHOWN = 20_000
"""Characters of a lost row that are kept for a person."""
PIECE = 1 << 20
"""Characters read at once, whatever the length of a line; a longer line comes in pieces."""


class Cells(NamedTuple):
    """One record of a file as it stands there: column → text."""

    place: str
    """Where it is, e.g. `line 12`, for messages and quarantine."""
    values: Mapping[str, str]
    file: str = ""
    """Its file's name within the folder, where a folder of tables is read."""
    columns: tuple[str, ...] = ()
    """Its file's columns, where a folder of tables is read."""

    def cell(self, column: str | None) -> str:
        """Return the text in a column, empty where there is none."""
        return self.values.get(column, "") if column is not None else ""


class BrokenRow(NamedTuple):
    """A record that could not be read. It is counted like any other."""

    place: str
    reason: str
    detail: str
    text: str
    """The beginning of what stands in the file."""


class Table(NamedTuple):
    """An opened file: its columns, and its records one by one."""

    columns: tuple[str, ...]
    """In NFC: a name written on macOS may be decomposed, and would not match the same name in params.yaml."""
    records: Iterator[Cells | BrokenRow]


def column_name(name: str) -> str:
    """Return a column's name as it is compared: composed, without outer space."""
    return unicodedata.normalize("NFC", name).strip()


def as_text(value: Any, separator: str) -> str:
    """Return a JSON, Parquet or data set value as cell text.

    A list is its items joined by the separator, or paragraphs where they are long, an object its JSON, bytes (a
    picture) their number, a number what Python prints for it; nothing, and what is not a number, are the empty text.
    """
    if value is None or value != value:  # noqa: PLR0124  # NaN, as pandas writes an empty cell
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return f"({len(value)} bytes)" if value else ""
    if isinstance(value, (list, tuple)):
        items = [as_text(item, separator) for item in value]
        # a mark that no text holds keeps apart what is read one by one, as options of a question
        paragraphs = separator.isprintable() and any(len(item) > PARAGRAPH for item in items)
        return ("\n\n" if paragraphs else separator).join(items)
    if isinstance(value, Mapping):
        return json.dumps(value, ensure_ascii=False, default=lambda item: as_text(item, separator))
    return str(value)


def as_cells(place: str, row: Mapping[str, Any], max_chars: int, separator: str) -> Cells | BrokenRow:
    """Return a record of typed values as text, or as too long."""
    try:
        values = {column_name(name): as_text(value, separator) for name, value in row.items()}
    except RecursionError:
        return BrokenRow(place, "too_deep", "too many lists within one another", "")
    length = sum(map(len, values.values()))
    if length > max_chars:
        return BrokenRow(place, "too_long", f"{length} characters, at most {max_chars}", str(values)[:SHOWN])
    return Cells(place, values)


def one_line(error: BaseException) -> str:
    """Return what a library says of a file, for a message."""
    return " ".join(str(error).split())[:300].rstrip(".")
