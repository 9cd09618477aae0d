"""Records out of a stream that is read in pieces, whatever their length: of delimited text, and of one JSON value.

The standard library's decoder reads JSON: ijson 3.6 (yajl2_c) wrote `?` for half a surrogate pair, crashed on a number
of 5,000 digits, and refused the NaN that Python itself writes for an empty cell.
"""

import json
import re
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any, NamedTuple, TextIO

from domaintune.core.stage.errors import InputError

PIECE = 1 << 20
"""Characters read at once; a longer line comes in pieces."""
CLOSING = re.compile(r'[^"]*+(?:""[^"]*+)*+"')
"""Up to the quote that ends a cell; possessive, or a doubled quote would be taken for two single ones."""


class State(Enum):
    """Where a text stands in a record of delimited cells."""

    CELL = "at the beginning of a cell"
    PLAIN = "in a cell, or behind a quoted one"
    QUOTED = "within quotes"
    CLOSING = "behind a quote that closes a cell, or is the first of a doubled one"


class Record(NamedTuple):
    """The text of one record and where it starts."""

    line: int
    text: str
    length: int
    """In characters; of a record longer than allowed only the beginning is here."""
    open: bool
    """The file ended within quotes."""


def skip_lines(stream: TextIO, count: int) -> None:
    """Read past so many lines, however long they are."""
    for _ in range(count):
        while (piece := stream.readline(PIECE)) and piece[-1] not in "\r\n":
            pass


def split_records(
    stream: TextIO, delimiter: str, max_chars: int, start: int = 1, *, quoting: bool = True
) -> Iterator[Record]:
    """Split text into records: a line end within quotes does not end one. Blank lines are not records.

    At most about `max_chars` characters of a record are held, however long it is. `start` is the first line's number.
    """
    line = start
    text, length, state = "", 0, State.CELL
    while piece := stream.readline(PIECE):
        if length <= max_chars:
            text += piece
        length += len(piece)
        if quoting:
            state = _state_after(piece, delimiter, state)
        ended = piece[-1] in "\r\n"
        line += ended
        if ended and state is not State.QUOTED:
            if text.strip("\r\n"):
                yield Record(start, text, length, open=False)
            text, length, start, state = "", 0, line, State.CELL
    if text.strip("\r\n"):
        yield Record(start, text, length, open=state is State.QUOTED)


def _state_after(piece: str, delimiter: str, state: State) -> State:
    """Return where the text after this piece stands. A quote opens a cell only at its beginning."""
    if '"' not in piece and state in {State.CELL, State.PLAIN}:
        return State.CELL if piece[-1] == delimiter else State.PLAIN
    position = 0
    if state is State.CLOSING:  # a quote ended the piece before: one more makes it a doubled one
        state, position = (State.QUOTED, 1) if piece[0] == '"' else (State.PLAIN, 0)
    while True:
        if state is State.QUOTED:
            closing = CLOSING.match(piece, position)
            if closing is None:
                return State.QUOTED
            position = closing.end()
            if position == len(piece):
                return State.CLOSING
            state = State.PLAIN
        elif state is State.CELL and piece[position : position + 1] == '"':
            state, position = State.QUOTED, position + 1
        else:
            opening = piece.find(delimiter + '"', position)
            if opening < 0:
                return State.CELL if piece[-1] == delimiter else State.PLAIN
            state, position = State.CELL, opening + 1


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
