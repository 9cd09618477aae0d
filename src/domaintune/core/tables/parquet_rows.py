"""Reading Parquet batch by batch."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from domaintune.core.stage.errors import InputError
from domaintune.core.tables.cells import BATCH_ROWS, SHOWN, BrokenRow, Cells, Table, column_name
from domaintune.core.tables.json_rows import as_text


def read_parquet_rows(path: Path, max_chars: int, separator: str) -> Table:
    """Open a Parquet file.

    Raises:
        InputError: no such file, or no Parquet.
    """
    try:
        columns = tuple(map(column_name, pl.read_parquet_schema(path)))
    except (pl.exceptions.ComputeError, OSError) as error:
        raise InputError(f"{path}: expected a Parquet file: {error}. Check `sources.*.path`.") from error
    return Table(columns, _rows(path, max_chars, separator))


def _rows(path: Path, max_chars: int, separator: str) -> Iterator[Cells | BrokenRow]:
    number = 0
    for batch in read_batches(path):
        for row in batch.iter_rows(named=True):
            number += 1
            yield as_cells(f"row {number}", row, max_chars, separator)


def as_cells(place: str, row: Mapping[str, Any], max_chars: int, separator: str) -> Cells | BrokenRow:
    """Return a record of typed values as text, or as too long."""
    values = {column_name(name): as_text(value, separator) for name, value in row.items()}
    length = sum(map(len, values.values()))
    if length > max_chars:
        return BrokenRow(place, "too_long", f"{length} characters, at most {max_chars}", str(values)[:SHOWN])
    return Cells(place, values)


def read_batches(path: Path) -> Iterator[pl.DataFrame]:
    """Yield the rows of a Parquet file in its order.

    Raises:
        InputError: no such file, or damaged pages.
    """
    try:
        yield from pl.scan_parquet(path).collect_batches(chunk_size=BATCH_ROWS, maintain_order=True)
    except (pl.exceptions.ComputeError, OSError) as error:
        raise InputError(f"{path}: damaged Parquet pages: {error}. Fetch the file again.") from error
