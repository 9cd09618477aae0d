"""Reading Parquet batch by batch."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from domaintune.core.frames import BROKEN
from domaintune.core.stage.errors import InputError
from domaintune.core.tables.cells import BATCH_ROWS, SHOWN, BrokenRow, Cells, Table, column_name
from domaintune.core.tables.file_kinds import check_regular
from domaintune.core.tables.json_rows import as_text


def read_parquet_rows(path: Path, max_chars: int, separator: str) -> Table:
    """Open a Parquet file.

    Raises:
        InputError: no such file, or no Parquet.
    """
    check_regular(path)
    try:
        columns = tuple(map(column_name, pl.read_parquet_schema(path)))
    except BROKEN as error:
        raise InputError(
            f"{path}: expected a Parquet file: {_line(error)}. Check `sources.*.path`."
        ) from error
    return Table(columns, _rows(path, max_chars, separator))


def _rows(path: Path, max_chars: int, separator: str) -> Iterator[Cells | BrokenRow]:
    number = 0
    for batch in read_batches(path):
        for row in batch.iter_rows(named=True):
            number += 1
            yield as_cells(f"row {number}", row, max_chars, separator)


def as_cells(place: str, row: Mapping[str, Any], max_chars: int, separator: str) -> Cells | BrokenRow:
    """Return a record of typed values as text, or as too long."""
    try:
        values = {column_name(name): as_text(value, separator) for name, value in row.items()}
    except RecursionError:
        return BrokenRow(place, "too_deep", "too many lists within one another", "")
    length = sum(map(len, values.values()))
    if length > max_chars:
        return BrokenRow(place, "too_long", f"{length} characters, at most {max_chars}", str(values)[:SHOWN])
    return Cells(place, values)


def read_batches(path: Path) -> Iterator[pl.DataFrame]:
    """Yield the rows of a Parquet file in its order.

    Raises:
        InputError: no such file, or damaged pages.
    """
    check_regular(path)
    try:
        frame = pl.scan_parquet(path)
        told, rows = int(frame.select(pl.len()).collect().item()), 0
        for batch in frame.collect_batches(chunk_size=BATCH_ROWS, maintain_order=True):
            rows += batch.height
            yield batch
    except BROKEN as error:
        raise InputError(f"{path}: damaged Parquet pages: {_line(error)}. Fetch the file again.") from error
    if rows != told:
        raise InputError(f"{path}: the file tells of {told} rows and holds {rows}. Fetch the file again.")


def _line(error: BaseException) -> str:
    return " ".join(str(error).split())[:300].rstrip(".")
