"""What all records have in common: strict, frozen, and written to Parquet in a fixed column order."""

from typing import Any, ClassVar, Self

import polars as pl
from pydantic import BaseModel, ConfigDict

from domaintune.core.stage.errors import InputError


class Record(BaseModel):
    """One row. Subclasses give `schema_`: column name to polars type, in the order they are written."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")
    schema_: ClassVar[dict[str, Any]]

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
