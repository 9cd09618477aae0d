"""What all records have in common: strict, frozen, and written to Parquet in a fixed column order."""

from types import UnionType
from typing import Any, ClassVar, Literal, Self, get_args, get_origin

import polars as pl
from pydantic import BaseModel, ConfigDict

from domaintune.core.stage.errors import InputError


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
        """Return the frame's rows as records.

        Raises:
            InputError: columns are missing or hold another type than the record's.
        """
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
