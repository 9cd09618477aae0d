"""Records and tables: strict frozen rows, read from and written to Parquet in a fixed order of columns and rows."""

import errno
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import UnionType
from typing import Any, ClassVar, Literal, Self, TypeVar, get_args, get_origin

import polars as pl
from pydantic import BaseModel, ConfigDict, ValidationError

from domaintune.core.stage.errors import InputError
from domaintune.core.stage.files import check_owned, replacing


class Record(BaseModel):
    """One row. Its fields are the table's columns, in the order in which they are written."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")
    schema_: ClassVar[dict[str, Any]]
    """Column name → polars type, from the annotations."""

    @classmethod
    def __pydantic_init_subclass__(cls, **_: Any) -> None:
        """Derive the schema of a record that was just defined."""
        cls.schema_ = {name: _column_type(field.annotation) for name, field in cls.model_fields.items()}

    @classmethod
    def to_frame(cls, rows: list[Self]) -> pl.DataFrame:
        """Return the rows as a frame with the record's schema, also when there are none."""
        return pl.DataFrame([row.model_dump() for row in rows], schema=cls.schema_, orient="row")

    @classmethod
    def from_frame(cls, frame: pl.DataFrame) -> list[Self]:
        """Return the frame's rows as records."""
        missing = sorted(set(cls.schema_) - set(frame.columns))
        if missing:
            raise InputError(f"a {cls.__name__} table lacks the columns {missing}; it has {frame.columns}")
        return [cls.model_validate(row) for row in frame.select(list(cls.schema_)).iter_rows(named=True)]


def _column_type(annotation: Any) -> Any:
    """Return the polars type of a field: of text, a Literal of texts, a number, a record, a list of them, or null."""
    kind, inner = get_origin(annotation), get_args(annotation)
    if kind is list:
        return pl.List(_column_type(inner[0]))
    if kind is Literal:
        return pl.String
    if kind is UnionType:
        return _column_type(next(one for one in inner if one is not type(None)))
    if issubclass(annotation, Record):
        return pl.Struct(annotation.schema_)
    return {str: pl.String, int: pl.Int64, float: pl.Float64, bool: pl.Boolean}[annotation]


BROKEN = (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError)
"""What polars raises for a damaged Parquet file."""
RecordT = TypeVar("RecordT", bound=Record)


@contextmanager
def saving(path: Path) -> Iterator[Path]:
    """Yield a temporary path as `replacing` does, for a table: polars tells of a full disk by an error of its own."""
    with replacing(path) as temporary:
        try:
            yield temporary
        except pl.exceptions.ComputeError as error:
            told = " ".join(str(error).split())
            raise OSError(errno.EIO, told.rpartition("IO error: ")[2] or told) from error


def write_frame(path: Path, frame: pl.DataFrame, sort_by: Sequence[str] = ("id",)) -> None:
    """Write a table as Parquet (zstd), atomically and sorted; equal tables are equal files."""
    ordered = frame.sort(list(sort_by))
    with saving(path) as temporary:
        ordered.write_parquet(temporary, compression="zstd", row_group_size=50_000)


def read_frame(path: Path, advice: str = "Run `dvc checkout` to restore it.") -> pl.DataFrame:
    """Read a Parquet table; `advice` says what to do about a damaged one."""
    try:
        return pl.read_parquet(path)
    except FileNotFoundError as error:
        raise InputError(f"{path}: not found. Run `dvc repro`, or `dvc pull` to fetch it.") from error
    except BROKEN as error:
        raise InputError(f"{path}: expected Parquet, got {error}. {advice}") from error


def write_records(
    path: Path, record: type[RecordT], rows: Sequence[RecordT], sort_by: Sequence[str] = ("id",)
) -> None:
    """Write records as a sorted table; an empty list gives an empty table with all columns."""
    write_frame(path, record.to_frame(list(rows)), sort_by)


def read_records(path: Path, record: type[RecordT]) -> list[RecordT]:
    """Read a table as records, in the file's order."""
    try:
        return record.from_frame(read_frame(path))
    except (InputError, ValidationError) as error:
        raise InputError(f"{path}: {error}") from error


def read_owned(
    root: Path, keys: Iterable[str], section: str, table: str, record: type[RecordT]
) -> dict[str, list[RecordT]]:
    """Read the table of each entry of a section, by its name."""
    names = sorted(keys)
    check_owned(root, names, section)
    return {name: read_records(root / name / table, record) for name in names}
