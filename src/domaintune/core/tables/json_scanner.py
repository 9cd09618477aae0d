"""Walking through one big JSON value without loading it whole.

The standard library's decoder reads the records: ijson 3.6 (yajl2_c) wrote `?` for half a surrogate pair, crashed on a
number of 5,000 digits, and refused the NaN that Python itself writes for an empty cell.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from domaintune.core.stage.errors import InputError

PIECE = 1 << 20
RECORDS = re.compile(r"\[\s*\{")
SPACE = re.compile(r"[ \t\r\n]*")
DECODER = json.JSONDecoder()


class JsonScanner:
    """Walks through one JSON value, holding little more of the file than one record."""

    def __init__(self, path: Path, stream: TextIO, max_chars: int) -> None:
        self.path, self.stream, self.max_chars = path, stream, max_chars
        self.buffer = stream.read(PIECE).lstrip("\ufeff")
        self.position = 0

    def peek(self) -> str:
        """Return the next character that is not a space, without taking it; empty at the file's end."""
        while True:
            self.position = SPACE.match(self.buffer, self.position).end()  # type: ignore[union-attr]  # matches always
            if self.position < len(self.buffer) or not self._more():
                return self.buffer[self.position : self.position + 1]

    def array(self) -> Iterator[tuple[Any, str]]:
        """Yield the elements of an array, each with its text."""
        self._take("[")
        number = 0
        while self.peek() != "]":
            if self.peek() == ",":
                self._take(",")
                continue
            number += 1
            yield self._value(f"record {number}")
        self._take("]")

    def array_of_object(self) -> Iterator[tuple[Any, str]]:
        """Yield the elements of the only array of objects there is."""
        if self.peek() != "{":
            raise InputError(f"{self.path}: expected an object with an array of records, got {self.shown()}")
        self._take("{")
        found: list[str] = []
        while self.peek() != "}":
            if self.peek() == ",":
                self._take(",")
            name, _ = self._value("a key")
            self._take(":")
            if self.peek() != "[" or not self._holds_records():
                self._value(f'the value of "{name}"')
                continue
            found.append(str(name))
            if len(found) > 1:
                raise InputError(
                    f"{self.path}: expected one array of records, found {', '.join(found)}. Put each into a file of "
                    "its own."
                )
            yield from self.array()
        self._take("}")
        if not found:
            raise InputError(f"{self.path}: expected an object with an array of records, got one without")

    def shown(self) -> str:
        """Return what stands here, for a message."""
        return repr(self.buffer[self.position : self.position + 80])

    def _holds_records(self) -> bool:
        if len(self.buffer) - self.position < PIECE // 16:
            self._more()
        return RECORDS.match(self.buffer, self.position) is not None

    def _take(self, expected: str) -> None:
        if self.peek() != expected:
            raise InputError(
                f"{self.path}: expected {expected!r}, got {self.shown()}. Fetch the file again, or mend it there."
            )
        self.position += 1

    def _more(self) -> bool:
        """Read on, at least as much as is held already, so that a long record is not parsed over and over."""
        left = self.buffer[self.position :]
        more = self.stream.read(max(PIECE, len(left)))
        self.buffer, self.position = left + more, 0
        return bool(more)

    def _value(self, what: str) -> tuple[Any, str]:
        """Return the next value and its text, reading on until it is complete."""
        self.peek()
        while True:
            try:
                value, end = DECODER.raw_decode(self.buffer, self.position)
            except (ValueError, RecursionError) as error:
                held = len(self.buffer) - self.position
                if held > self.max_chars + 2 * PIECE or not self._more():
                    raise InputError(
                        f"{self.path}: {what}: expected JSON of at most {self.max_chars} characters, got "
                        f"{self.shown()} ({error}). Fetch the file again, or mend this record."
                    ) from error
                continue
            if end == len(self.buffer) and self.buffer[-1] not in '"]}' and self._more():
                continue  # a number may go on
            text = self.buffer[self.position : end]
            self.position = end
            return value, text
