"""Records out of one JSON value that is read in pieces, whatever its length.

The standard library's decoder reads JSON: ijson 3.6 (yajl2_c) wrote `?` for half a surrogate pair, crashed on a number
of 5,000 digits, and refused the NaN that Python itself writes for an empty cell.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from domaintune.core.stage.errors import InputError
from domaintune.core.tables.cells import PIECE, SHOWN, BrokenRow

RECORDS = re.compile(r"\[\s*\{")
SPACE = re.compile(r"[ \t\r\n]*")
MARKS = re.compile(r'\\.|["\[\]{}]', re.DOTALL)
"""By which the end of a value is found that is not decoded; a backslash stands within a string only."""
CUT = 16
"""Characters before the end of what was read in which a fault of JSON may be a value that is cut there."""
DEEPEST = 100
"""Lists and objects within one another; hundreds exhaust what reads them later."""
DECODER, LONG_NUMBERS = json.JSONDecoder(), json.JSONDecoder(parse_int=str)


def decode(text: str, position: int = 0) -> tuple[Any, int]:
    """Return the JSON value at a position and where it ends; an integer too long for Python stays as it is written."""
    try:
        return DECODER.raw_decode(text, position)
    except json.JSONDecodeError:
        raise
    except ValueError:
        return LONG_NUMBERS.raw_decode(text, position)


def decode_whole(text: str) -> Any:
    """Return the JSON value that a text is, as `decode`."""
    text = text.strip()
    value, end = decode(text)
    if end < len(text):
        raise json.JSONDecodeError("more behind its end", text, end)
    return value


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
            if self.peek() != "[" or not self.holds_records():
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
            raise InputError(
                f"{self.path}: expected an object with an array of records, got one without. Where each key holds a "
                "record, write these as an array: jq '[.[]]' FILE > records.json"
            )

    def shown(self) -> str:
        """Return what stands here, for a message."""
        return repr(self.buffer[self.position : self.position + 80])

    def holds_records(self) -> bool:
        """Say whether an array of objects begins here."""
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
        """Return the next value and its text, reading on until it is complete.

        Of one that is too long or too deep its reject and its beginning: it is read past, not held.
        """
        self.peek()
        while True:
            try:
                value, end = decode(self.buffer, self.position)
            except RecursionError:
                return self._past(what, "too_deep", f"more than {DEEPEST} lists within one another")
            except json.JSONDecodeError as error:
                cut = error.msg.startswith("Unterminated string") or error.pos > len(self.buffer) - CUT
                if cut and len(self.buffer) - self.position > self.max_chars + 2 * PIECE:
                    return self._past(what, "too_long", f"more than {self.max_chars} characters")
                if not cut or not self._more():
                    raise self._broken(what, error) from error
                continue
            if end == len(self.buffer) and self.buffer[-1] not in '"]}' and self._more():
                continue  # a number may go on
            text = self.buffer[self.position : end]
            self.position = end
            return value, text

    def _past(self, what: str, reason: str, detail: str) -> tuple[BrokenRow, str]:
        """Read past a list, object or string by its brackets and quotation marks."""
        head, depth, quoted = self.buffer[self.position : self.position + SHOWN], 0, False
        while True:
            for mark in MARKS.finditer(self.buffer, self.position):
                letter, self.position = mark.group(), mark.end()
                if letter == '"':
                    quoted = not quoted
                elif not quoted:
                    depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(letter, 0)
                if depth == 0 and not quoted:
                    return BrokenRow(what, reason, detail, head), head
            if not self.buffer.endswith("\\"):  # what it escapes has not been read
                self.position = len(self.buffer)
            if not self._more():
                raise self._broken(what, "it never ends")

    def _broken(self, what: str, why: object) -> InputError:
        shown = self.shown()
        return InputError(
            f"{self.path}: {what}: not valid JSON ({why}): {shown}. Fetch the file again, or mend this record."
        )
