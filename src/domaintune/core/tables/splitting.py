"""Splitting delimited text into records, whatever their length."""

import re
from collections.abc import Iterator
from typing import NamedTuple, TextIO

PIECE = 1 << 20
"""Characters read at once; a longer line comes in pieces."""
CLOSING = re.compile(r'[^"]*+(?:""[^"]*+)*+"')
"""Up to the quote that ends a cell; possessive, or a doubled quote would be taken for two single ones."""


class Record(NamedTuple):
    """The text of one record and where it starts."""

    line: int
    text: str
    cut: bool
    """It was longer than allowed; only its beginning is here."""
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
    """Split text into records: a line end within quotes does not end one. Blank lines are no records.

    At most about `max_chars` characters of a record are held, however long it is. `start` is the first line's number.
    """
    line = start
    text, length, quoted = "", 0, False
    while piece := _read_piece(stream, quoting):
        if length <= max_chars:
            text += piece
        length += len(piece)
        quoted = quoting and _quoted_after(piece, delimiter, quoted)
        ended = piece[-1] in "\r\n"
        line += ended
        if ended and not quoted:
            if text.strip("\r\n"):
                yield Record(start, text, length > max_chars, open=False)
            text, length, start = "", 0, line
    if text.strip("\r\n"):
        yield Record(start, text, length > max_chars, open=quoted)


def _read_piece(stream: TextIO, quoting: bool) -> str:
    """Read a line, or the next piece of a very long one; never cut between two quotes."""
    piece = stream.readline(PIECE)
    while quoting and piece.endswith('"') and (more := stream.read(1)):
        piece += more
    return piece


def _quoted_after(piece: str, delimiter: str, quoted: bool) -> bool:
    """Say whether the text after this piece is within quotes. A quote opens a cell only at its beginning."""
    position = 0
    while True:
        if quoted:
            closing = CLOSING.match(piece, position)
            if closing is None:
                return True
            quoted, position = False, closing.end()
        elif piece[position : position + 1] == '"' and (position == 0 or piece[position - 1] == delimiter):
            quoted, position = True, position + 1
        else:
            opening = piece.find(delimiter + '"', position)
            if opening < 0:
                return False
            position = opening + 1
