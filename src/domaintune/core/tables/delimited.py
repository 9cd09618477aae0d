"""Reading CSV and TSV record by record, in pieces: one broken record costs one row and not the file."""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from enum import Enum
from functools import partial
from itertools import islice
from pathlib import Path
from typing import NamedTuple, TextIO

from domaintune.core.sections.columns import TableLayout
from domaintune.core.stage.errors import InputError
from domaintune.core.tables.cells import PIECE, SHOWN, BrokenRow, Cells, Table, column_name
from domaintune.core.tables.encoding import open_text

DELIMITERS = (",", "\t", ";", "|")
MOST_SHOWN = 20
"""Columns named in a message."""
LONGEST = 16 * PIECE
"""Characters of a header."""
TRIED = 20
"""Records by which the delimiter of a file without header is told."""
CLOSING = re.compile(r'[^"]*+(?:""[^"]*+)*+"')
"""Up to the quote that ends a cell; possessive, or a doubled quote would be taken for two single ones."""
State = Enum("State", ["CELL", "PLAIN", "QUOTED", "CLOSING"])
"""Where a text stands: at the beginning of a cell, within one or behind a quoted one, within quotes, or behind a quote
that closes a cell or is the first of a doubled one."""


class Record(NamedTuple):
    """The text of one record and where it starts."""

    line: int
    text: str
    length: int
    """In characters; of a record longer than allowed only the beginning is here."""
    open: bool
    """The file ended within quotes."""


def read_delimited(path: Path, max_chars: int, layout: TableLayout | None = None) -> Table:
    """Open a delimited file. Blank lines and comments before its header are skipped."""
    layout = layout or TableLayout()
    csv.field_size_limit(max(csv.field_size_limit(), max_chars + PIECE))
    with open_text(path, layout.encoding) as stream:
        skipped, first = _before_header(stream, layout)
    if not first:
        raise InputError(f"{path}: expected a header and records, found only blank lines and comments.")
    if layout.header is not None:
        columns = tuple(column_name(name) for name in layout.header)
        delimiter = _delimiter_for(path, skipped, layout, columns)
    else:
        delimiter, where = max(DELIMITERS, key=first.count), f"{path}: line {skipped + 1}"
        try:
            columns = tuple(map(column_name, parse_cells(first, delimiter, layout.quoting)))
        except csv.Error as error:
            raise InputError(
                f"{where}: expected a header with column names, got {first[:80]!r}. A file without one "
                "needs `table: {header: [...]}`; comment lines before it need `table: {comment: '#'}`."
            ) from error
        if twice := sorted(name for name, count in Counter(columns).items() if count > 1)[:MOST_SHOWN]:
            raise InputError(
                f"{where}: the columns {twice} appear more than once; rename them in the file, or, "
                "where it has no header line, give their names in `table: {header: [...]}`."
            )
    parse = partial(_parse, columns=columns, delimiter=delimiter, quoting=layout.quoting, max_chars=max_chars)
    return Table(columns, map(parse, _records(path, layout, delimiter, skipped, max_chars)))


def _before_header(stream: TextIO, layout: TableLayout) -> tuple[int, str]:
    """Return how many lines come before the header, and the header line; of one over LONGEST, the beginning.

    Excel's `sep=;` is none: it tells the delimiter.
    """
    skipped = 0
    while line := stream.readline(PIECE):
        blank = line[:4] == "sep=" or not line.strip(" \t\r\n" + "".join(DELIMITERS))
        if not blank and not (layout.comment and line.startswith(layout.comment)):
            while line[-1] not in "\r\n" and len(line) < LONGEST and (more := stream.readline(PIECE)):
                line += more
            return skipped, line
        while line and line[-1] not in "\r\n":
            line = stream.readline(PIECE)
        skipped += 1
    return skipped, ""


def _delimiter_for(path: Path, skipped: int, layout: TableLayout, columns: tuple[str, ...]) -> str:
    """Return the delimiter with which most of the first records have as many cells as there are names."""
    fits: dict[str, int] = {}
    for delimiter in DELIMITERS:
        with open_text(path, layout.encoding) as stream:
            skip_lines(stream, skipped)
            head = list(islice(split_records(stream, delimiter, PIECE, quoting=layout.quoting), TRIED))
        parsed = (_parse(record, columns, delimiter, layout.quoting, PIECE) for record in head)
        fits[delimiter] = sum(isinstance(one, Cells) for one in parsed)
    return max(DELIMITERS, key=lambda delimiter: fits[delimiter])


def parse_cells(text: str, delimiter: str, quoting: bool) -> list[str]:
    """Return the cells of one record; a csv.Error says that quotes within it do not fit together."""
    if not quoting or '"' not in text:
        return text.rstrip("\r\n").split(delimiter)
    return next(csv.reader([text], delimiter=delimiter, strict=True))


def _records(
    path: Path, layout: TableLayout, delimiter: str, skipped: int, max_chars: int
) -> Iterator[Record]:
    """Yield the records behind the header; `skipped` lines come before it."""
    with open_text(path, layout.encoding) as stream:
        skip_lines(stream, skipped)
        records = split_records(stream, delimiter, max_chars, start=skipped + 1, quoting=layout.quoting)
        if layout.header is None:
            next(records)
        for record in records:
            if record.open:
                raise InputError(
                    f"{path}: line {record.line}: a quote opens in this record and never closes: "
                    f"{record.text[:80]!r}. The rest of the file cannot be read. Close the quote, fetch the file "
                    "again, or, where quotation marks are plain characters, set `table: {quoting: false}`."
                )
            yield record


def _parse(
    record: Record, columns: tuple[str, ...], delimiter: str, quoting: bool, max_chars: int
) -> Cells | BrokenRow:
    place, detail = f"line {record.line}", ""
    if record.length > max_chars:
        return BrokenRow(place, "too_long", f"more than {max_chars} characters", record.text[:SHOWN])
    try:
        cells = parse_cells(record.text, delimiter, quoting)
        if len(cells) == len(columns):
            return Cells(place, dict(zip(columns, cells, strict=True)))
        detail = f"{len(cells)} cells, but {len(columns)} columns"
    except csv.Error as error:
        detail = str(error)
    return BrokenRow(place, "broken_row", detail, record.text[:SHOWN])


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
