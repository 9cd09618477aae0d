"""Reading JSON records as rows of text."""

import json
from collections.abc import Mapping
from itertools import chain, islice
from pathlib import Path
from typing import Any

from domaintune.core.tables.cells import BrokenRow, Cells, Table, column_name
from domaintune.core.tables.json_objects import JsonObject, read_objects

LOOK_AHEAD = 100
"""Records whose keys together are the columns; JSON leaves empty fields out."""


def as_text(value: Any, separator: str) -> str:
    """Return a JSON, Parquet or data set value as cell text.

    A list is its items joined by the separator, an object its JSON, bytes (a picture) their number, a number what
    Python prints for it; nothing, and what is no number, are the empty text.
    """
    if value is None or value != value:  # noqa: PLR0124  # NaN, as pandas writes an empty cell
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return f"({len(value)} bytes)" if value else ""
    if isinstance(value, (list, tuple)):
        return separator.join(as_text(item, separator) for item in value)
    if isinstance(value, Mapping):
        return json.dumps(value, ensure_ascii=False, default=lambda item: as_text(item, separator))
    return str(value)


def read_json(path: Path, max_chars: int, separator: str) -> Table:
    """Open JSON Lines, an array of records, or an object that holds one, without loading it whole.

    Raises:
        InputError: as `read_objects`.
    """
    records = (_as_cells(row, separator) for row in read_objects(path, max_chars))
    head = list(islice(records, LOOK_AHEAD))
    columns = dict.fromkeys(name for item in head if isinstance(item, Cells) for name in item.values)
    return Table(tuple(columns), chain(head, records))


def _as_cells(row: JsonObject | BrokenRow, separator: str) -> Cells | BrokenRow:
    if isinstance(row, BrokenRow):
        return row
    return Cells(row.place, {column_name(key): as_text(item, separator) for key, item in row.value.items()})
