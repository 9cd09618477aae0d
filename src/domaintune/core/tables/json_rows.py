"""Reading JSON Lines and the one big object of a search answer, record by record."""

import json
import re
from collections.abc import Iterator, Mapping
from itertools import chain, islice
from pathlib import Path
from typing import Any

from domaintune.core.stage.errors import InputError
from domaintune.core.tables.cells import BrokenRow, Cells, Table, column_name
from domaintune.core.tables.encoding import open_text
from domaintune.core.tables.json_objects import PIECE, JsonObject, read_elements, read_lines

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


def read_json_lines(path: Path, max_chars: int, separator: str) -> Table:
    """Open a file with one JSON object a line.

    Raises:
        InputError: no such file, empty, or wrong encoding.
    """
    records = (_as_cells(row, separator) for row in read_lines(path, max_chars))
    head = list(islice(records, LOOK_AHEAD))
    columns = dict.fromkeys(name for item in head if isinstance(item, Cells) for name in item.values)
    return Table(tuple(columns), chain(head, records))


def read_json_array(path: Path, key: str, max_chars: int) -> Table:
    """Open a file that holds one object with an array of records under `key`, without loading it whole.

    Raises:
        InputError: no such file, empty, wrong encoding, no such array, or JSON that breaks off.
    """
    records = _elements(path, key, max_chars)
    head = list(islice(records, LOOK_AHEAD))
    columns = dict.fromkeys(name for item in head if isinstance(item, Cells) for name in item.values)
    return Table(tuple(columns), chain(head, records))


def _elements(path: Path, key: str, max_chars: int) -> Iterator[Cells | BrokenRow]:
    with open_text(path) as stream:
        buffer = stream.read(PIECE)
        start = re.search(rf'"{re.escape(key)}"\s*:\s*\[', buffer)
        if start is None:
            raise InputError(f'{path}: expected an object with an array "{key}", got {buffer[:80]!r}')
        for row in read_elements(path, stream, buffer[start.end() :], max_chars):
            yield _as_cells(row, "; ")


def _as_cells(row: JsonObject | BrokenRow, separator: str) -> Cells | BrokenRow:
    if isinstance(row, BrokenRow):
        return row
    return Cells(row.place, {column_name(key): as_text(item, separator) for key, item in row.value.items()})
