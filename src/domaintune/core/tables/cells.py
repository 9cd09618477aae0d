"""What readers of tables hand on: records as they stand in the file."""

import unicodedata
from collections.abc import Iterator, Mapping
from typing import NamedTuple

BATCH_ROWS = 20_000
"""Records held in memory at once; their number changes no result."""
SHOWN = 20_000
"""Characters of a lost row that are kept for a person."""


class Cells(NamedTuple):
    """One record of a file as it stands there: column → text."""

    place: str
    """Where it is, e.g. `line 12`, for messages and quarantine."""
    values: Mapping[str, str]
    file: str = ""
    """Its file's name within the folder, where a folder of tables is read."""
    columns: tuple[str, ...] = ()
    """Its file's columns, where a folder of tables is read."""


class BrokenRow(NamedTuple):
    """A record that could not be read. It is counted like any other."""

    place: str
    reason: str
    detail: str
    text: str
    """The beginning of what stands in the file."""


class Layout(NamedTuple):
    """How a delimited file is written, where that cannot be told from the file."""

    comment: str | None = None
    """Lines before the first record that start with this are skipped."""
    quoting: bool = True
    """False: a quotation mark is a plain character."""
    header: tuple[str, ...] | None = None
    """Names of the columns of a file that has no header line."""
    encoding: str | None = None
    """What the user says it is; None: UTF-8, or UTF-16 with a mark."""


class Table(NamedTuple):
    """An opened file: its columns, and its records one by one."""

    columns: tuple[str, ...]
    """In NFC: a name written on macOS may be decomposed, and would not match the same name in params.yaml."""
    records: Iterator[Cells | BrokenRow]


def column_name(name: str) -> str:
    """Return a column's name as it is compared: composed, without outer space."""
    return unicodedata.normalize("NFC", name).strip()
