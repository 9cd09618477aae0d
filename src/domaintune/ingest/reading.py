"""From a source's entry to its records: which reader, which columns, which shape."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

from domaintune.core.errors import InputError, ParamsError
from domaintune.core.sections.sources import Source
from domaintune.ingest import from_columns, from_sbir_api, from_sbir_awards, from_sbir_portal, from_techport
from domaintune.ingest.delimited import read_delimited
from domaintune.ingest.json_rows import read_json_array, read_json_lines
from domaintune.ingest.params import Ingest
from domaintune.ingest.parquet_rows import read_parquet_rows
from domaintune.ingest.raw import BrokenRow, Cells, RawRow, Table


class Shape(NamedTuple):
    """What a format is known by, and how its records become rows."""

    columns: tuple[str, ...]
    to_row: Callable[[Cells], RawRow]


SHAPES = {
    "sbir_api": Shape(from_sbir_api.COLUMNS, from_sbir_api.to_row),
    "sbir_portal": Shape(from_sbir_portal.COLUMNS, from_sbir_portal.to_row),
    "sbir_awards": Shape(from_sbir_awards.COLUMNS, from_sbir_awards.to_row),
    "techport": Shape(from_techport.COLUMNS, from_techport.to_row),
}


def read_rows(path: Path, key: str, source: Source, settings: Ingest) -> Iterator[RawRow | BrokenRow]:
    """Yield the records of a raw file in the common shape, in the file's order.

    Raises:
        InputError: the file cannot be read, or lacks a column the format needs.
        ParamsError: format `columns` without a mapping, or agency to filter by without its column.
    """
    shape = shape_of(key, source)
    separator = source.columns.keyword_separator if source.columns else "; "
    table = open_table(path, source.format == "techport", separator, settings)
    check_columns(path, key, source.format, shape.columns, table.columns)
    for record in table.records:
        yield record if isinstance(record, BrokenRow) else shape.to_row(record)


def shape_of(key: str, source: Source) -> Shape:
    """Return the shape of a source's format.

    Raises:
        ParamsError: as `read_rows`.
    """
    if source.format != "columns":
        return SHAPES[source.format]
    if source.columns is None:
        raise ParamsError(
            f"params.yaml: sources.{key}.columns: format `columns` needs a mapping, got null. "
            f"`domaintune source add {source.path}` proposes one."
        )
    if source.agency is not None and source.columns.agency is None:
        raise ParamsError(
            f"params.yaml: sources.{key}.columns.agency: name the column that holds the agency, or set "
            f"sources.{key}.agency to null to keep all records; got null"
        )
    return Shape(
        from_columns.columns_of(source.columns), partial(from_columns.to_row, mapping=source.columns)
    )


def open_table(path: Path, techport: bool, separator: str, settings: Ingest) -> Table:
    """Open a file by its name's ending; anything but JSON Lines and Parquet is taken as delimited text.

    Raises:
        InputError: it cannot be read.
    """
    if techport:
        return read_json_array(path, from_techport.ARRAY, settings.max_chars)
    if path.suffix in {".jsonl", ".ndjson"}:
        return read_json_lines(path, settings.max_chars, separator)
    if path.suffix in {".parquet", ".pq"}:
        return read_parquet_rows(path, settings.max_chars, separator)
    return read_delimited(path, settings.max_chars)


def check_columns(path: Path, key: str, name: str, needed: tuple[str, ...], present: tuple[str, ...]) -> None:
    """Compare the columns a format needs with those a file has.

    Raises:
        InputError: columns are missing; all are named.
    """
    if missing := [column for column in needed if column not in present]:
        raise InputError(
            f"{path}: sources.{key} (format {name}): columns {missing} are missing; it has {list(present)}. "
            f"Correct the entry in params.yaml; `domaintune source add` proposes one."
        )
