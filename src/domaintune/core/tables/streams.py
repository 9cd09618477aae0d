"""Files read in pieces, whatever the length of their lines: records of delimited text, and bytes that are not UTF-8."""

import re
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import NamedTuple, TextIO

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


class Damage(NamedTuple):
    """What a scan of the bytes found."""

    lines: int
    bad_lines: int
    offset: int
    """Of the first bad byte."""
    line: int
    byte: int
    sample: bytes
    """Bad lines, for telling encodings apart."""


def scan(path: Path) -> Damage | None:
    """Look through all lines for bytes that are not UTF-8; None when there are none."""
    lines = bad = offset = at = first_line = byte = 0
    sample = b""
    with path.open("rb") as handle:
        while piece := handle.readline(PIECE):
            for _ in range(
                0 if piece.endswith(b"\n") else 3
            ):  # the end of a character that the piece may have cut
                if (ahead := handle.peek(1)[:1]) and 0x80 <= ahead[0] < 0xC0:
                    piece += handle.read(1)
            lines += 1
            try:
                piece.decode("utf-8")
            except UnicodeDecodeError as error:
                bad += 1
                if bad == 1:
                    at, first_line, byte = offset + error.start, lines, piece[error.start]
                if len(sample) < PIECE:
                    sample += piece
            offset += len(piece)
    return Damage(lines, bad, at, first_line, byte, sample) if bad else None
