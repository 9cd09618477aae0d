"""From the entry of an instruction set to its rows: which reader, which records, which instances."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from domaintune.core.sections.sources import InstructionSource
from domaintune.core.stage.errors import InputError
from domaintune.core.tables.cells import BrokenRow
from domaintune.core.tables.dataset_rows import read_dataset
from domaintune.core.tables.encoding import open_text
from domaintune.core.tables.file_kinds import check_regular
from domaintune.core.tables.folders import walk_files
from domaintune.core.tables.json_objects import JsonObject, checked, read_objects
from domaintune.core.tables.opening import JSON, PARQUET
from domaintune.core.tables.parquet_rows import read_batches
from domaintune.ingest.drafts import Example
from domaintune.ingest.from_dialogues import read_dialogues
from domaintune.ingest.instruction_formats import FORMATS
from domaintune.ingest.params import Ingest
from domaintune.ingest.reading import LIST_MARK

NESTED = ("conversations", "messages", "instances")
"""Fields that hold lists of objects, which the reader of data sets gives as text."""
TEXTS = ("turns", "reference", "questions", "references")
"""Fields of `mt_bench` that hold lists of texts."""


def read_examples(path: Path, source: InstructionSource, settings: Ingest) -> Iterator[Example | BrokenRow]:
    """Yield the rows of an instruction set, in the file's order.

    Raises:
        InputError: the file cannot be read.
    """
    if source.format == "dialogues":
        yield from read_dialogues(path, settings.max_chars)
        return
    to_drafts = FORMATS[source.format]
    for record in _records(path, source, settings.max_chars):
        if isinstance(record, BrokenRow):
            yield record
            continue
        drafts = to_drafts(record.value)
        for number, draft in enumerate(drafts, 1):
            place = record.place if len(drafts) == 1 else f"{record.place}, instance {number}"
            yield Example(place, record.value, number, draft)


def _records(path: Path, source: InstructionSource, max_chars: int) -> Iterator[JsonObject | BrokenRow]:
    if source.dataset:
        for row in read_dataset(source.dataset, path, max_chars, LIST_MARK).records:
            yield row if isinstance(row, BrokenRow) else JsonObject(row.place, _restored(row.values))
    elif source.format == "natural_instructions":
        yield from _task_files(path)
    else:
        yield from _objects(path, max_chars)


def _objects(path: Path, max_chars: int) -> Iterator[JsonObject | BrokenRow]:
    """Yield the records of a file, or of all files of a folder."""
    if path.is_dir():
        for file in walk_files(path, {*JSON, *PARQUET}):
            if isinstance(file, BrokenRow):
                yield file
            else:
                yield from (
                    row._replace(place=f"{file.name}: {row.place}") for row in _objects(file.path, max_chars)
                )
    elif path.suffix.lower() in PARQUET:
        rows = (row for batch in read_batches(path) for row in batch.iter_rows(named=True))
        yield from (JsonObject(f"row {number}", row) for number, row in enumerate(rows, 1))
    else:
        yield from read_objects(path, max_chars)


def _task_files(path: Path) -> Iterator[JsonObject | BrokenRow]:
    """Yield the tasks of a folder, or of one file, sorted by name. A task is one object, and is read whole."""
    if path.is_dir():
        for file in walk_files(path, {".json"}):
            yield file if isinstance(file, BrokenRow) else _task(file.path, file.name)
    else:
        check_regular(path)
        yield _task(path, path.name)


def _task(file: Path, place: str) -> JsonObject | BrokenRow:
    try:
        with open_text(file) as stream:
            value = json.load(stream)
    except RecursionError:
        return BrokenRow(place, "too_deep", "too many lists within one another", "")
    except (InputError, ValueError) as error:
        return BrokenRow(place, "broken_row", f"not valid JSON: {error}", "")
    return checked(place, value, file.read_text(encoding="utf-8", errors="replace"))


def _restored(values: Mapping[str, str]) -> dict[str, Any]:
    """Return a data set's row with its lists of objects, as they were before they became text."""
    restored: dict[str, Any] = dict(values)
    for name in NESTED:
        if text := values.get(name):
            try:
                restored[name] = [json.loads(item) for item in text.split(LIST_MARK)]
            except ValueError:
                restored[name] = text  # the format's reader says what is wrong with it
    return restored | {name: values[name].split(LIST_MARK) for name in TEXTS if values.get(name)}
