"""JSON records one by one, one a line or the elements of one big array, and as rows of text."""

import json
from collections.abc import Iterator, Mapping
from itertools import chain, islice
from pathlib import Path
from typing import Any, NamedTuple

from domaintune.core.stage.errors import InputError
from domaintune.core.tables.cells import SHOWN, BrokenRow, Cells, Table, column_name
from domaintune.core.tables.encoding import open_text
from domaintune.core.tables.json_scanner import PIECE, JsonScanner

LINES = {".jsonl", ".ndjson"}
DEEPEST = 100
"""Lists and objects within one another; hundreds exhaust what reads them later."""
PARTS = {"Instances", "conversations", "instances", "messages", "turns"}
"""Fields whose list of objects is one record's, not a list of records."""


class JsonObject(NamedTuple):
    """One object as it stands in the file."""

    place: str
    """Where it is, e.g. `line 12`."""
    value: Mapping[str, Any]


def read_objects(path: Path, max_chars: int) -> Iterator[JsonObject | BrokenRow]:
    """Yield the objects of JSON Lines, of an array, or of the one array of records that an object holds.

    The name's ending says which, and else what stands in the file.

    Raises:
        InputError: no such file, empty, wrong encoding, no records, JSON that breaks off, or more behind its end.
    """
    if path.suffix.lower() in LINES or _is_lines(path, max_chars):
        yield from read_lines(path, max_chars)
        return
    with open_text(path) as stream:
        scanner = JsonScanner(path, stream, max_chars)
        elements = scanner.array() if scanner.peek() == "[" else scanner.array_of_object()
        for number, (value, text) in enumerate(elements, 1):
            yield checked(f"record {number}", value, text)
        if scanner.peek():
            raise InputError(
                f"{path}: expected the end of the file behind the closing bracket, got {scanner.shown()}. If "
                "these are more records, put them into the one array, or one a line into a file ending in .jsonl."
            )


def _is_lines(path: Path, max_chars: int) -> bool:
    """Say whether the first line is a whole object, and not one that only holds the records."""
    with open_text(path) as stream:
        line = stream.readline(PIECE).lstrip("\ufeff")
        while line and not line.strip():
            line = stream.readline(PIECE)
        line += stream.readline(max_chars) if line[-1:] != "\n" else ""
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            return False
        if not isinstance(value, dict):
            return False
        lists = (
            name for name, item in value.items() if isinstance(item, list) and item and name not in PARTS
        )
        return bool(stream.read(PIECE).strip()) or not any(isinstance(value[name][0], dict) for name in lists)


def read_lines(path: Path, max_chars: int) -> Iterator[JsonObject | BrokenRow]:
    """Yield the object of each line that is not blank.

    Raises:
        InputError: no such file, empty, or wrong encoding.
    """
    number, text, length = 1, "", 0
    with open_text(path) as stream:
        while piece := stream.readline(PIECE):
            if length <= max_chars:
                text += piece
            length += len(piece)
            if not piece.endswith(("\n", "\r")):
                continue
            if text.strip():
                yield _line(f"line {number}", text, length, max_chars)
            number, text, length = number + 1, "", 0
    if text.strip():
        yield _line(f"line {number}", text, length, max_chars)


def _line(place: str, text: str, length: int, max_chars: int) -> JsonObject | BrokenRow:
    if length > max_chars:
        return BrokenRow(place, "too_long", f"{length} characters, at most {max_chars}", text[:SHOWN])
    try:
        value = json.loads(text.lstrip("\ufeff"))
    except RecursionError:
        return BrokenRow(place, "too_deep", f"more than {DEEPEST} lists within one another", text[:SHOWN])
    except ValueError as error:
        return BrokenRow(place, "broken_row", f"not valid JSON: {error}", text[:SHOWN])
    return checked(place, value, text)


def checked(place: str, value: Any, text: str) -> JsonObject | BrokenRow:
    """Return a JSON value as a record, or why it is none. `text` is how it stands in the file."""
    if not isinstance(value, dict):
        return BrokenRow(place, "broken_row", f"expected an object, got {type(value).__name__}", text[:SHOWN])
    if text.count("[") + text.count("{") > DEEPEST and _depth(value) > DEEPEST:
        return BrokenRow(place, "too_deep", f"more than {DEEPEST} lists within one another", text[:SHOWN])
    return JsonObject(place, value)


def _depth(value: Any) -> int:
    """Return how many lists and objects stand within one another."""
    depth, level = 0, [value]
    while level := [item for item in level if isinstance(item, dict | list)]:
        depth += 1
        level = [inner for item in level for inner in (item.values() if isinstance(item, dict) else item)]
    return depth


LOOK_AHEAD = 100
"""Records whose keys together are the columns; JSON leaves empty fields out."""


def as_text(value: Any, separator: str) -> str:
    """Return a JSON, Parquet or data set value as cell text.

    A list is its items joined by the separator, an object its JSON, bytes (a picture) their number, a number what
    Python prints for it; nothing, and what is not a number, are the empty text.
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
