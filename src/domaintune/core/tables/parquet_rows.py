"""Reading Parquet batch by batch."""

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from domaintune.core.stage.errors import InputError
from domaintune.core.tables.cells import BATCH_ROWS, SHOWN, BrokenRow, Cells, Table
from domaintune.core.tables.json_rows import as_text


def read_parquet_rows(path: Path, max_chars: int, separator: str) -> Table:
    """Open a Parquet file.

    Raises:
        InputError: no such file, or no Parquet.
    """
    try:
        columns = tuple(pl.read_parquet_schema(path))
    except (pl.exceptions.ComputeError, OSError) as error:
        raise InputError(f"{path}: expected a Parquet file: {error}. Check `sources.*.path`.") from error
    return Table(columns, _rows(path, max_chars, separator))


def _rows(path: Path, max_chars: int, separator: str) -> Iterator[Cells | BrokenRow]:
    number = 0
    for batch in _batches(path):
        for row in batch.iter_rows(named=True):
            number += 1
            values = {name: as_text(value, separator) for name, value in row.items()}
            length = sum(map(len, values.values()))
            if length > max_chars:
                detail = f"{length} characters, at most {max_chars}"
                yield BrokenRow(f"row {number}", "too_long", detail, str(row)[:SHOWN])
            else:
                yield Cells(f"row {number}", values)


def _batches(path: Path) -> Iterator[pl.DataFrame]:
    try:
        yield from pl.scan_parquet(path).collect_batches(chunk_size=BATCH_ROWS, maintain_order=True)
    except (pl.exceptions.ComputeError, OSError) as error:
        raise InputError(f"{path}: damaged Parquet pages: {error}. Fetch the file again.") from error
