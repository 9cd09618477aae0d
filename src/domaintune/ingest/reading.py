"""From a source's entry to its records: which reader, which columns, which shape, which instances."""

import json
from collections.abc import Iterator
from pathlib import Path

from domaintune.core.sections.columns import QuestionMapping
from domaintune.core.sections.sources import InstructionSource, QuestionSource, Source
from domaintune.core.stage.errors import InputError
from domaintune.core.tables.cells import SHOWN, BrokenRow, Cells, Table
from domaintune.core.tables.dataset_rows import open_dataset, read_dataset
from domaintune.core.tables.encoding import open_text
from domaintune.core.tables.file_kinds import check_regular
from domaintune.core.tables.json_scanner import decode_whole
from domaintune.core.tables.opening import (
    JSON,
    PARQUET,
    File,
    absent_columns,
    check_columns,
    open_table,
    walk_files,
)
from domaintune.core.tables.typed_rows import JsonObject, checked, parquet_objects, read_objects
from domaintune.ingest.document_formats import SHAPES, RawRow, mapped_shape
from domaintune.ingest.fields import RowError
from domaintune.ingest.instruction_formats import FORMATS
from domaintune.ingest.params import Ingest
from domaintune.ingest.raw_instruction import Example, read_dialogues
from domaintune.ingest.text_files import read_texts

LIST_MARK = "\x1f"
"""Between the items of a list in a question set's cell: no text holds it, so the items can be told apart again."""
MISSING = "missing_column"
"""Reason of the records of a file that has not a column which the folder's others have."""


def read_rows(path: Path, key: str, source: Source, settings: Ingest) -> Iterator[RawRow | BrokenRow]:
    """Yield the records of a raw file or folder in the common shape, in the file's order."""
    if source.format == "texts":
        encoding = source.table.encoding if source.table else None
        yield from read_texts(path, settings.max_chars, encoding)
        return
    mapping = source.columns if source.format == "columns" else None
    shape = mapped_shape(mapping) if mapping else SHAPES[source.format]
    separator = source.columns.keyword_separator if source.columns else "; "
    table = _open(path, source, settings.max_chars, separator)
    check_columns(path, f"sources.{key} (format {source.format})", shape.columns, table.columns)
    for record in _present(table, shape.needed):
        if isinstance(record, BrokenRow):
            yield record
            continue
        whole = all(column in record.values for column in shape.columns)  # JSON leaves empty fields out
        values = record.values if whole else {**dict.fromkeys(shape.columns, ""), **record.values}
        yield shape.to_row(record._replace(values=values))


def _present(table: Table, needed: tuple[str, ...]) -> Iterator[Cells | BrokenRow]:
    """Yield the records; where a folder is read, those whose file has not a column that is needed are broken."""
    for record in table.records:
        if isinstance(record, BrokenRow) or not (detail := absent_columns(record, needed)):
            yield record
        else:
            shown = json.dumps(record.values, ensure_ascii=False)[:SHOWN]
            yield BrokenRow(record.place, MISSING, detail, shown)


def read_question_rows(
    path: Path, key: str, source: QuestionSource, settings: Ingest
) -> Iterator[Cells | BrokenRow]:
    """Yield the records of a question set; the items of a list are separated by LIST_MARK."""
    table = _open(path, source, settings.max_chars, LIST_MARK)
    check_columns(path, f"sources.{key} (questions)", question_columns(source.columns), table.columns)
    return _present(table, question_columns(source.columns, optional=False))


def question_columns(mapping: QuestionMapping, *, optional: bool = True) -> tuple[str, ...]:
    """Return every column the mapping names, or only those without which a file's records are none."""
    options = mapping.options if isinstance(mapping.options, list) else []
    named = [mapping.id, mapping.question, *options, mapping.answer]
    if optional:
        named += [mapping.explanation, mapping.subject, mapping.difficulty]
        named += [mapping.category, mapping.context, mapping.picture]
    return tuple(dict.fromkeys(name for name in named if name is not None))


def _open(path: Path, source: Source | QuestionSource, max_chars: int, separator: str) -> Table:
    if source.dataset:
        return read_dataset(source.dataset, path, max_chars, separator)
    return open_table(path, max_chars, separator, source.table)


def read_examples(path: Path, source: InstructionSource, settings: Ingest) -> Iterator[Example]:
    """Yield the rows of an instruction set, in the file's order; a record that has none, with the reason."""
    for record in _records(path, source, settings.max_chars):
        if isinstance(record, BrokenRow):
            yield Example(record.place, {"text": record.text}, 1, RowError(record.reason, record.detail))
            continue
        try:
            drafts = FORMATS[source.format].to_drafts(record.value)
        except RowError as error:
            drafts = [error]
        for number, draft in enumerate(drafts, 1):
            place = record.place if len(drafts) == 1 else f"{record.place}, instance {number}"
            yield Example(place, record.value, number, draft)


def _records(path: Path, source: InstructionSource, max_chars: int) -> Iterator[JsonObject | BrokenRow]:
    """Yield the records of a data set, a file, or all files of a folder; a task is one object, and is read whole."""
    if source.dataset:
        yield from open_dataset(source.dataset, path)[1]
        return
    if source.format == "dialogues":
        yield from read_dialogues(path, max_chars)
        return
    tasks, several = source.format == "natural_instructions", path.is_dir()
    if not several:
        check_regular(path)
    endings = {".json"} if tasks else {*JSON, *PARQUET}
    for file in walk_files(path, endings) if several else [File(path, path.name)]:
        if isinstance(file, BrokenRow):
            yield file
        elif tasks:
            yield _task(*file)
        else:
            packed = file.path.suffix.lower() in PARQUET
            rows = parquet_objects(file.path) if packed else read_objects(file.path, max_chars)
            yield from (row._replace(place=f"{file.name}: {row.place}") for row in rows) if several else rows


def _task(file: Path, place: str) -> JsonObject | BrokenRow:
    try:
        with open_text(file) as stream:
            value = decode_whole(stream.read())
    except RecursionError:
        return BrokenRow(place, "too_deep", "too many lists within one another", "")
    except (InputError, ValueError) as error:
        return BrokenRow(place, "broken_row", f"not valid JSON: {error}", "")
    return checked(place, value, file.read_text(encoding="utf-8", errors="replace"))
