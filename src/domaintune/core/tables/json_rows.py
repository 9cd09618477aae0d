"""Reading JSON Lines and the one big object of a search answer, record by record."""

import json
import re
from collections.abc import Iterator, Mapping
from itertools import chain, islice
from pathlib import Path
from typing import Any, TextIO

from domaintune.core.stage.errors import InputError
from domaintune.core.tables.cells import SHOWN, BrokenRow, Cells, Table, column_name
from domaintune.core.tables.encoding import open_text

PIECE = 1 << 20
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
    records = _lines(path, max_chars, separator)
    head = list(islice(records, LOOK_AHEAD))
    columns = dict.fromkeys(name for item in head if isinstance(item, Cells) for name in item.values)
    return Table(tuple(columns), chain(head, records))


def _lines(path: Path, max_chars: int, separator: str) -> Iterator[Cells | BrokenRow]:
    number, text, length = 1, "", 0
    with open_text(path) as stream:
        while piece := stream.readline(PIECE):
            if length <= max_chars:
                text += piece
            length += len(piece)
            if not piece.endswith(("\n", "\r")):
                continue
            if text.strip():
                yield _line(f"line {number}", text, length, max_chars, separator)
            number, text, length = number + 1, "", 0
    if text.strip():
        yield _line(f"line {number}", text, length, max_chars, separator)


def _line(place: str, text: str, length: int, max_chars: int, separator: str) -> Cells | BrokenRow:
    if length > max_chars:
        return BrokenRow(place, "too_long", f"{length} characters, at most {max_chars}", text[:SHOWN])
    try:
        value = json.loads(text.lstrip("\ufeff"))
    except (ValueError, RecursionError) as error:
        return BrokenRow(place, "broken_row", f"no JSON: {error}", text[:SHOWN])
    if not isinstance(value, dict):
        return BrokenRow(place, "broken_row", f"expected an object, got {type(value).__name__}", text[:SHOWN])
    return Cells(place, {column_name(key): as_text(item, separator) for key, item in value.items()})


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
        buffer, number = buffer[start.end() :], 0
        while True:
            buffer = _skip(buffer, stream)
            if buffer.startswith("]"):
                return
            number += 1
            value, buffer = _element(path, buffer, stream, number, max_chars)
            if isinstance(value, dict):
                yield Cells(f"record {number}", {name: as_text(item, "; ") for name, item in value.items()})
            else:
                yield BrokenRow(f"record {number}", "broken_row", "expected an object", str(value)[:SHOWN])


def _skip(buffer: str, stream: TextIO) -> str:
    """Drop spaces and commas before the next element, reading on where only they are left."""
    while not (rest := buffer.lstrip(" \t\r\n,")):
        buffer = stream.read(PIECE)
        if not buffer:
            return ""
    return rest


def _element(path: Path, buffer: str, stream: TextIO, number: int, max_chars: int) -> tuple[Any, str]:
    """Parse the next element, reading on until it is complete."""
    while True:
        try:
            value, end = json.JSONDecoder().raw_decode(buffer)
        except (ValueError, RecursionError) as error:
            more = stream.read(max(PIECE, len(buffer)))
            if not more or len(buffer) > max_chars + 2 * PIECE:
                raise InputError(
                    f"{path}: record {number}: expected a JSON object of at most {max_chars} characters, got "
                    f"{buffer[:80]!r} ({error}). Fetch the file again, or mend this record."
                ) from error
            buffer += more
        else:
            return value, buffer[end:]
