"""What readers of tables hand on: records as they stand in the file."""

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
    records: Iterator[Cells | BrokenRow]
