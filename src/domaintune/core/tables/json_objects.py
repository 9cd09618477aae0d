"""Reading JSON objects one by one: one a line, or the elements of one big array."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple, TextIO

from domaintune.core.stage.errors import InputError
from domaintune.core.tables.cells import SHOWN, BrokenRow
from domaintune.core.tables.encoding import open_text

PIECE = 1 << 20


class JsonObject(NamedTuple):
    """One object as it stands in the file."""

    place: str
    """Where it is, e.g. `line 12`."""
    value: Mapping[str, Any]


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
    except (ValueError, RecursionError) as error:
        return BrokenRow(place, "broken_row", f"no JSON: {error}", text[:SHOWN])
    if not isinstance(value, dict):
        return BrokenRow(place, "broken_row", f"expected an object, got {type(value).__name__}", text[:SHOWN])
    return JsonObject(place, value)


def read_elements(
    path: Path, stream: TextIO, buffer: str, max_chars: int
) -> Iterator[JsonObject | BrokenRow]:
    """Yield the elements of an array whose bracket was read, without loading it whole.

    Args:
        path: Of the file, for messages.
        stream: Where the rest of the file is.
        buffer: What was read of it behind the bracket.
        max_chars: Longest element.

    Raises:
        InputError: JSON that breaks off.
    """
    number = 0
    while True:
        buffer = _skip(buffer, stream)
        if buffer.startswith("]"):
            return
        number += 1
        value, buffer = _element(path, buffer, stream, number, max_chars)
        if isinstance(value, dict):
            yield JsonObject(f"record {number}", value)
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
