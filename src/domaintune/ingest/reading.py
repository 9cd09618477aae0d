"""From a source's entry to its records: which reader, which columns, which shape."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

from domaintune.core.sections.sources import QuestionMapping, QuestionSource, Source
from domaintune.core.stage.errors import ParamsError
from domaintune.core.tables.cells import BrokenRow, Cells, Layout, Table
from domaintune.core.tables.dataset_rows import read_dataset
from domaintune.core.tables.opening import check_columns, open_table
from domaintune.ingest import (
    from_columns,
    from_sbir_api,
    from_sbir_awards,
    from_sbir_portal,
    from_techport,
    from_texts,
)
from domaintune.ingest.params import Ingest
from domaintune.ingest.raw import RawRow

LIST_MARK = "\x1f"
"""Between the items of a list in a question set's cell: no text holds it, so the items can be told apart again."""


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
    """Yield the records of a raw file or folder in the common shape, in the file's order.

    Raises:
        InputError: the file cannot be read, or lacks a column the format needs.
        ParamsError: format `columns` without a mapping, or agency to filter by without its column.
    """
    if source.format == "texts":
        encoding = source.table.encoding if source.table else None
        yield from from_texts.read_texts(path, settings.max_chars, encoding)
        return
    shape = shape_of(key, source)
    separator = source.columns.keyword_separator if source.columns else "; "
    table = _open(path, source, settings.max_chars, separator)
    check_columns(path, f"sources.{key} (format {source.format})", shape.columns, table.columns)
    for record in table.records:
        if isinstance(record, BrokenRow):
            yield record
            continue
        row = shape.to_row(_whole(record, shape.columns))
        yield row._replace(file=record.file) if record.file else row


def _whole(record: Cells, columns: tuple[str, ...]) -> Cells:
    """Return the record with all columns of its shape: JSON leaves empty fields out."""
    if all(column in record.values for column in columns):
        return record
    return record._replace(values={**dict.fromkeys(columns, ""), **record.values})


def read_question_rows(
    path: Path, key: str, source: QuestionSource, settings: Ingest
) -> Iterator[Cells | BrokenRow]:
    """Yield the records of a question set; the items of a list are separated by LIST_MARK.

    Raises:
        InputError: the file cannot be read, or lacks a column the mapping names.
    """
    table = _open(path, source, settings.max_chars, LIST_MARK)
    check_columns(path, f"sources.{key} (questions)", question_columns(source.columns), table.columns)
    yield from table.records


def question_columns(mapping: QuestionMapping) -> tuple[str, ...]:
    """Return every column the mapping names."""
    options = mapping.options if isinstance(mapping.options, list) else []
    named = (
        mapping.id, mapping.question, *options, mapping.answer, mapping.explanation, mapping.subject,
        mapping.difficulty, mapping.category, mapping.context, mapping.picture,
    )  # fmt: skip
    return tuple(dict.fromkeys(name for name in named if name is not None))


def _open(path: Path, source: Source | QuestionSource, max_chars: int, separator: str) -> Table:
    if source.dataset:
        return read_dataset(source.dataset, path, max_chars, separator)
    given = source.table
    header = tuple(given.header) if given and given.header else None
    layout = Layout(given.comment, given.quoting, header, given.encoding) if given else None
    return open_table(path, max_chars, separator, layout)


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
