"""Opening a table by its name's ending, or a folder of tables."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from domaintune.core.stage.errors import InputError
from domaintune.core.tables.cells import BrokenRow, Cells, Layout, Table
from domaintune.core.tables.delimited import read_delimited
from domaintune.core.tables.folders import File, walk_files
from domaintune.core.tables.json_rows import read_json
from domaintune.core.tables.parquet_rows import read_parquet_rows

JSON = {".json", ".jsonl", ".ndjson"}
PARQUET = {".parquet", ".pq"}
TABLES = {*JSON, *PARQUET, ".csv", ".tsv"}
"""Endings of the files of a folder that are read."""
MOST_SHOWN = 100
"""Columns named in a message."""


def open_table(path: Path, max_chars: int, separator: str, layout: Layout | None = None) -> Table:
    """Open JSON, Parquet, or else delimited text, or a folder of them; lists become text joined by `separator`.

    Raises:
        InputError: it cannot be read.
    """
    if path.is_dir():
        return _open_folder(path, max_chars, separator, layout)
    if path.suffix.lower() in JSON:
        return read_json(path, max_chars, separator)
    if path.suffix.lower() in PARQUET:
        return read_parquet_rows(path, max_chars, separator)
    return read_delimited(path, max_chars, layout)


def _open_folder(folder: Path, max_chars: int, separator: str, layout: Layout | None) -> Table:
    """Open all tables of a folder as one. Fields that JSON leaves out are empty; other tables have the same columns.

    Raises:
        InputError: it holds no table, one cannot be read, or two have different columns.
    """
    found = list(walk_files(folder, TABLES))
    files = [item for item in found if isinstance(item, File)]
    if not files:
        raise InputError(f"{folder}: the folder holds no {', '.join(sorted(TABLES))} file.")
    columns: dict[str, None] = {}
    first: tuple[str, tuple[str, ...]] | None = None
    for file in files:
        here = open_table(file.path, max_chars, separator, layout).columns
        columns |= dict.fromkeys(here)
        if file.path.suffix.lower() in JSON:
            continue
        first = first or (file.name, here)
        if different := sorted(set(here) ^ set(first[1])):
            raise InputError(
                f"{folder}: {first[0]} and {file.name} do not have the same columns: only one of them has {different}. "
                "Rename the columns in the files, or make each file, or each kind of file, a source of its own."
            )
    opened = partial(open_table, max_chars=max_chars, separator=separator, layout=layout)
    return Table(tuple(columns), _records(found, opened))


def _records(
    found: Sequence[File | BrokenRow], opened: Callable[[Path], Table]
) -> Iterator[Cells | BrokenRow]:
    for item in found:
        if isinstance(item, BrokenRow):
            yield item
            continue
        for record in opened(item.path).records:
            place = f"{item.name}: {record.place}"
            yield (
                record._replace(place=place, file=item.name)
                if isinstance(record, Cells)
                else record._replace(place=place)
            )


def check_columns(path: Path, where: str, needed: tuple[str, ...], present: tuple[str, ...]) -> None:
    """Compare the columns that are needed with those a file has.

    Raises:
        InputError: columns are missing; all are named.
    """
    if missing := [column for column in needed if column not in present]:
        shown = [*present[:MOST_SHOWN], *(["..."] if len(present) > MOST_SHOWN else [])]
        raise InputError(
            f"{path}: {where}: columns {missing} are missing; the file has {shown}. Correct the entry in params.yaml, "
            "or give the right file."
        )
