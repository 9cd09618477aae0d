"""Records of typed values, as they are and as rows of text: JSON, one a line or in one big array, and Parquet."""

from collections.abc import Iterator, Mapping
from itertools import chain, islice
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from domaintune.core.frames import BROKEN
from domaintune.core.stage.errors import InputError
from domaintune.core.tables.cells import (
    BATCH_ROWS,
    PIECE,
    SHOWN,
    BrokenRow,
    Cells,
    Table,
    as_cells,
    column_name,
    one_line,
)
from domaintune.core.tables.delimited import split_records
from domaintune.core.tables.encoding import open_text
from domaintune.core.tables.file_kinds import check_regular
from domaintune.core.tables.json_scanner import DEEPEST, JsonScanner, decode_whole

LINES, TOO_DEEP = {".jsonl", ".ndjson"}, f"more than {DEEPEST} lists within one another"
PARTS = {"Instances", "conversations", "instances", "messages", "turns"}
"""Fields whose list of objects is one record's, not a list of records."""


class JsonObject(NamedTuple):
    """One object as it stands in the file."""

    place: str
    """Where it is, e.g. `line 12`."""
    value: Mapping[str, Any]


def read_objects(path: Path, max_chars: int, encoding: str | None = None) -> Iterator[JsonObject | BrokenRow]:
    """Yield the objects of JSON Lines, of an array, or of the one array of records that an object holds.

    The name's ending says which, and else what stands in the file: an array may be named `.jsonl`.
    """
    with open_text(path, encoding) as stream:
        scanner = JsonScanner(path, stream, max_chars)
        named = path.suffix.lower() in LINES and not scanner.holds_records()
        if named or _is_lines(path, max_chars, encoding):
            yield from read_lines(path, max_chars, encoding)
            return
        elements = scanner.array() if scanner.peek() == "[" else scanner.array_of_object()
        for number, (value, text) in enumerate(elements, 1):
            place = f"record {number}"
            long = None if isinstance(value, BrokenRow) else _long(place, text, len(text), max_chars)
            yield long or checked(place, value, text)
        if scanner.peek():
            raise InputError(
                f"{path}: expected the end of the file behind the closing bracket, got {scanner.shown()}. If "
                "these are more records, put them into the one array, or one a line into a file ending in .jsonl."
            )


def _is_lines(path: Path, max_chars: int, encoding: str | None) -> bool:
    """Say whether the first line is a whole object, and not one that only holds the records."""
    with open_text(path, encoding) as stream:
        line = stream.readline(PIECE).lstrip("\ufeff")
        while line and not line.strip():
            line = stream.readline(PIECE)
        line += stream.readline(max_chars) if line[-1:] != "\n" else ""
        try:
            value = decode_whole(line)
        except (ValueError, RecursionError):
            return False
        if not isinstance(value, dict):
            return False
        lists = [item for name, item in value.items() if isinstance(item, list) and name not in PARTS]
        holds = any(item and isinstance(item[0], dict) for item in lists)
        holds = holds or all(isinstance(item, dict) for item in value.values())
        return bool(stream.read(PIECE).strip()) or not holds


def read_lines(path: Path, max_chars: int, encoding: str | None = None) -> Iterator[JsonObject | BrokenRow]:
    """Yield the object of each line that is not blank."""
    with open_text(path, encoding) as stream:
        for line in split_records(stream, "", max_chars, quoting=False):
            place, text = f"line {line.line}", line.text
            if not text.strip():
                continue
            if long := _long(place, text, line.length, max_chars):
                yield long
                continue
            try:
                yield checked(place, decode_whole(text.lstrip("\ufeff")), text)
            except RecursionError:
                yield BrokenRow(place, "too_deep", TOO_DEEP, text[:SHOWN])
            except ValueError as error:
                yield BrokenRow(place, "broken_row", f"not valid JSON: {error}", text[:SHOWN])


def _long(place: str, text: str, length: int, max_chars: int) -> BrokenRow | None:
    detail = f"{length} characters, at most {max_chars}"
    return BrokenRow(place, "too_long", detail, text[:SHOWN]) if length > max_chars else None


def checked(place: str, value: Any, text: str) -> JsonObject | BrokenRow:
    """Return a JSON value as a record, or why it is none. `text` is how it stands in the file."""
    if isinstance(value, BrokenRow):
        return value
    if not isinstance(value, dict):
        return BrokenRow(place, "broken_row", f"expected an object, got {type(value).__name__}", text[:SHOWN])
    if text.count("[") + text.count("{") > DEEPEST and _depth(value) > DEEPEST:
        return BrokenRow(place, "too_deep", TOO_DEEP, text[:SHOWN])
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


def read_json(path: Path, max_chars: int, separator: str, encoding: str | None = None) -> Table:
    """Open JSON Lines, an array of records, or an object that holds one, without loading it whole."""
    objects = read_objects(path, max_chars, encoding)
    records = (
        row if isinstance(row, BrokenRow) else as_cells(row.place, row.value, max_chars, separator)
        for row in objects
    )
    head = list(islice(records, LOOK_AHEAD))
    columns = dict.fromkeys(name for item in head if isinstance(item, Cells) for name in item.values)
    return Table(tuple(columns), chain(head, records))


def read_parquet_rows(path: Path, max_chars: int, separator: str) -> Table:
    """Open a Parquet file."""
    check_regular(path)
    try:
        columns = tuple(map(column_name, pl.read_parquet_schema(path)))
    except BROKEN as error:
        raise InputError(
            f"{path}: expected a Parquet file: {one_line(error)}. Check `sources.*.path`."
        ) from error
    rows = (as_cells(row.place, row.value, max_chars, separator) for row in parquet_objects(path))
    return Table(columns, rows)


def parquet_objects(path: Path) -> Iterator[JsonObject]:
    """Yield the rows of a Parquet file in its order, batch by batch."""
    try:
        frame = pl.scan_parquet(path)
        told, rows = int(frame.select(pl.len()).collect().item()), 0
        for batch in frame.collect_batches(chunk_size=BATCH_ROWS, maintain_order=True):
            for row in batch.iter_rows(named=True):
                rows += 1
                yield JsonObject(f"row {rows}", row)
    except BROKEN as error:
        raise InputError(
            f"{path}: damaged Parquet pages: {one_line(error)}. Fetch the file again."
        ) from error
    if rows != told:
        raise InputError(f"{path}: the file tells of {told} rows and holds {rows}. Fetch the file again.")
