"""Reading CSV and TSV record by record, so that one broken record costs one row and not the file."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, TextIO

from domaintune.core.stage.errors import InputError
from domaintune.core.tables.cells import SHOWN, BrokenRow, Cells, Table
from domaintune.core.tables.encoding import open_text

DELIMITERS = (",", "\t", ";", "|")
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


def read_delimited(path: Path, max_chars: int) -> Table:
    """Open a delimited file with a header line.

    Raises:
        InputError: no such file, empty, wrong encoding, no header, or the same column twice.
    """
    csv.field_size_limit(max(csv.field_size_limit(), max_chars + PIECE))
    with open_text(path) as stream:
        first = stream.readline(PIECE)
    delimiter = max(DELIMITERS, key=first.count)
    columns = _header(path, first, delimiter)
    return Table(columns, _records(path, columns, delimiter, max_chars))


def _header(path: Path, line: str, delimiter: str) -> tuple[str, ...]:
    try:
        columns = tuple(name.strip() for name in next(csv.reader([line], delimiter=delimiter, strict=True)))
    except (csv.Error, StopIteration) as error:
        raise InputError(f"{path}: line 1: expected a header with column names, got {line[:80]!r}") from error
    if twice := sorted({name for name in columns if columns.count(name) > 1}):
        raise InputError(
            f"{path}: line 1: the columns {twice} appear more than once; rename them in the file."
        )
    return columns


def _records(
    path: Path, columns: tuple[str, ...], delimiter: str, max_chars: int
) -> Iterator[Cells | BrokenRow]:
    with open_text(path) as stream:
        records = split_records(stream, delimiter, max_chars)
        next(records)  # the header
        for record in records:
            if record.open:
                raise InputError(
                    f"{path}: line {record.line}: a quote opens in this record and never closes: "
                    f"{record.text[:80]!r}. The rest of the file cannot be read. Close the quote, or "
                    "fetch the file again."
                )
            yield _parse(record, columns, delimiter, max_chars)


def _parse(record: Record, columns: tuple[str, ...], delimiter: str, max_chars: int) -> Cells | BrokenRow:
    place = f"line {record.line}"
    if record.cut:
        return BrokenRow(place, "too_long", f"more than {max_chars} characters", record.text[:SHOWN])
    try:
        cells = next(csv.reader([record.text], delimiter=delimiter, strict=True))
    except csv.Error as error:
        return BrokenRow(place, "broken_row", str(error), record.text[:SHOWN])
    if len(cells) != len(columns):
        detail = f"{len(cells)} cells, but {len(columns)} columns"
        return BrokenRow(place, "broken_row", detail, record.text[:SHOWN])
    return Cells(place, dict(zip(columns, cells, strict=True)))


def split_records(stream: TextIO, delimiter: str, max_chars: int) -> Iterator[Record]:
    """Split text into records: a line end within quotes does not end one. Blank lines are no records.

    At most about `max_chars` characters of a record are held, however long it is.
    """
    line = start = 1
    text, length, quoted = "", 0, False
    while piece := _read_piece(stream):
        if length <= max_chars:
            text += piece
        length += len(piece)
        quoted = _quoted_after(piece, delimiter, quoted)
        ended = piece[-1] in "\r\n"
        line += ended
        if ended and not quoted:
            if text.strip("\r\n"):
                yield Record(start, text, length > max_chars, open=False)
            text, length, start = "", 0, line
    if text.strip("\r\n"):
        yield Record(start, text, length > max_chars, open=quoted)


def _read_piece(stream: TextIO) -> str:
    """Read a line, or the next piece of a very long one; never cut between two quotes."""
    piece = stream.readline(PIECE)
    while piece.endswith('"') and (more := stream.read(1)):
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
