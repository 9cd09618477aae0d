"""Reading CSV and TSV record by record, so that one broken record costs one row and not the file."""

import csv
from collections import Counter
from collections.abc import Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TextIO

from domaintune.core.sections.sources import TableLayout
from domaintune.core.stage.errors import InputError
from domaintune.core.tables.cells import SHOWN, BrokenRow, Cells, Table, column_name
from domaintune.core.tables.encoding import open_text
from domaintune.core.tables.streams import PIECE, Record, skip_lines, split_records

DELIMITERS = (",", "\t", ";", "|")
MOST_SHOWN = 20
"""Columns named in a message."""
LONGEST = 16 * PIECE
"""Characters of a header."""
TRIED = 20
"""Records by which the delimiter of a file without header is told."""


def read_delimited(path: Path, max_chars: int, layout: TableLayout | None = None) -> Table:
    """Open a delimited file. Blank lines and comments before its header are skipped.

    Raises:
        InputError: no such file, empty, wrong encoding, no header, or the same column twice.
    """
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
    """Return the cells of one record.

    Raises:
        csv.Error: quotes within it do not fit together.
    """
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
