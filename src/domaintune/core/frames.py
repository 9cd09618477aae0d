"""Reading and writing tables. Rows are sorted by id before every write, so the same rows give the same bytes."""

import errno
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import polars as pl
from pydantic import ValidationError

from domaintune.core.stage.errors import InputError
from domaintune.core.stage.files import replacing
from domaintune.core.stage.record import Record

BROKEN = (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError)
"""What polars raises for a damaged Parquet file."""
RecordT = TypeVar("RecordT", bound=Record)


@contextmanager
def saving(path: Path) -> Iterator[Path]:
    """Yield a temporary path as `replacing` does, for a table: polars tells of a full disk by an error of its own.

    Raises:
        InputError: the disk is full or the folder cannot be written; nothing is left behind.
    """
    with replacing(path) as temporary:
        try:
            yield temporary
        except pl.exceptions.ComputeError as error:
            told = " ".join(str(error).split())
            raise OSError(errno.EIO, told.rpartition("IO error: ")[2] or told) from error


def write_frame(path: Path, frame: pl.DataFrame, sort_by: Sequence[str] = ("id",)) -> None:
    """Write a table as Parquet (zstd), atomically and sorted.

    polars' own statistics and row groups are a function of the rows, so equal tables are equal files.
    """
    ordered = frame.sort(list(sort_by))
    with saving(path) as temporary:
        ordered.write_parquet(temporary, compression="zstd", row_group_size=50_000)


def read_frame(path: Path) -> pl.DataFrame:
    """Read a Parquet table.

    Raises:
        InputError: the file is missing or no Parquet.
    """
    try:
        return pl.read_parquet(path)
    except FileNotFoundError as error:
        raise InputError(f"{path}: not found. Run `dvc repro`, or `dvc pull` to fetch it.") from error
    except BROKEN as error:
        raise InputError(
            f"{path}: expected Parquet, got {error}. Run `dvc checkout` to restore it."
        ) from error


def write_records(
    path: Path, record: type[RecordT], rows: Sequence[RecordT], sort_by: Sequence[str] = ("id",)
) -> None:
    """Write records as a sorted table; an empty list gives an empty table with all columns."""
    write_frame(path, record.to_frame(list(rows)), sort_by)


def read_records(path: Path, record: type[RecordT]) -> list[RecordT]:
    """Read a table as records, in the file's order.

    Raises:
        InputError: the file is missing, or its columns are not the record's.
    """
    try:
        return record.from_frame(read_frame(path))
    except (InputError, ValidationError) as error:
        raise InputError(f"{path}: {error}") from error
