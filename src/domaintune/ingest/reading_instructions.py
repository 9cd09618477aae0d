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
from domaintune.core.tables.json_objects import PIECE, JsonObject, read_elements, read_lines
from domaintune.core.tables.parquet_rows import read_batches
from domaintune.ingest.drafts import Example
from domaintune.ingest.from_dialogues import read_dialogues
from domaintune.ingest.instruction_formats import FORMATS
from domaintune.ingest.params import Ingest
from domaintune.ingest.reading import LIST_MARK

NESTED = ("conversations", "messages", "instances")
"""Fields that hold lists of objects, which the reader of data sets gives as text."""
TEXTS = ("turns", "reference")
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
    elif path.suffix in {".parquet", ".pq"}:
        rows = (row for batch in read_batches(path) for row in batch.iter_rows(named=True))
        yield from (JsonObject(f"row {number}", row) for number, row in enumerate(rows, 1))
    else:
        yield from read_objects(path, max_chars)


def read_objects(path: Path, max_chars: int) -> Iterator[JsonObject | BrokenRow]:
    """Yield the objects of JSON Lines or of an array; where the name does not tell, the first character does.

    Raises:
        InputError: the file cannot be read.
    """
    if path.suffix not in {".jsonl", ".ndjson"}:
        with open_text(path) as stream:
            buffer = stream.read(PIECE).lstrip("\ufeff \t\r\n")
            if buffer.startswith("["):
                yield from read_elements(path, stream, buffer[1:], max_chars)
                return
    yield from read_lines(path, max_chars)


def _task_files(path: Path) -> Iterator[JsonObject | BrokenRow]:
    """Yield the tasks of a folder, or of one file, sorted by name. A task is one object, and is read whole."""
    if not path.exists():
        raise InputError(f"{path}: expected a task file or a folder of them, found nothing. Check its path.")
    folder = path if path.is_dir() else path.parent
    files = sorted(path.rglob("*")) if path.is_dir() else [path]
    for file in (file for file in files if file.is_file()):
        place = file.relative_to(folder).as_posix()
        if file.name.startswith("."):
            yield BrokenRow(place, "hidden_file", "its name begins with a dot", "")
        elif file.suffix != ".json":
            yield BrokenRow(place, "unknown_format", f"{file.suffix or 'no'} ending; .json is read", "")
        else:
            yield _task(file, place)


def _task(file: Path, place: str) -> JsonObject | BrokenRow:
    try:
        with open_text(file) as stream:
            value = json.load(stream)
    except (InputError, ValueError, RecursionError) as error:
        return BrokenRow(place, "broken_row", f"no JSON: {error}", "")
    if not isinstance(value, dict):
        return BrokenRow(place, "broken_row", "expected an object with Definition and Instances", "")
    return JsonObject(place, value)


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
