"""From a source's entry to its records: which reader, which columns, which shape."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

from domaintune.core.sections.sources import Source
from domaintune.core.stage.errors import ParamsError
from domaintune.core.tables.cells import BrokenRow, Cells
from domaintune.core.tables.json_rows import read_json_array
from domaintune.core.tables.opening import check_columns, open_table
from domaintune.ingest import from_columns, from_sbir_api, from_sbir_awards, from_sbir_portal, from_techport
from domaintune.ingest.params import Ingest
from domaintune.ingest.raw import RawRow


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
    table = (
        read_json_array(path, from_techport.ARRAY, settings.max_chars)
        if source.format == "techport"
        else open_table(path, settings.max_chars, separator)
    )
    check_columns(path, f"sources.{key} (format {source.format})", shape.columns, table.columns)
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
