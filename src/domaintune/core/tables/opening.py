"""Opening a table by its name's ending, or a folder of tables, so that no name and no link in it stops the rest."""

import os
import re
import unicodedata
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from domaintune.core.sections.columns import TableLayout
from domaintune.core.stage.errors import InputError
from domaintune.core.tables.cells import BrokenRow, Cells, Table
from domaintune.core.tables.delimited import MOST_SHOWN, read_delimited
from domaintune.core.tables.file_kinds import file_kind, printable
from domaintune.core.tables.typed_rows import read_json, read_parquet_rows

CACHED = re.compile(r"/files/md5/[0-9a-f]{2}/[0-9a-f]{30}$")
"""Where DVC keeps a file's content when its cache is linked and not copied."""


class File(NamedTuple):
    """A file that can be opened."""

    path: Path
    name: str
    """Its path within the folder, the same on every system: / between parts, composed letters."""


def walk_files(folder: Path, suffixes: Collection[str]) -> Iterator[File | BrokenRow]:
    """Yield the files of a folder and its subfolders, sorted by name; what is not to be read, with the reason.

    A single file with one of the endings is a folder of one.
    """
    if folder.is_file() and folder.suffix.lower() in suffixes:
        yield _checked(File(folder, _name(folder, folder.parent)), os.path.realpath(folder.parent), suffixes)
        return
    if not folder.is_dir():
        found = "a file" if os.path.lexists(folder) else "nothing"
        raise InputError(
            f"{folder}: expected a folder of {', '.join(sorted(suffixes))} files, found {found}. Check the path in "
            "params.yaml; a table needs another format, see `domaintune source add`."
        )
    paths = [
        Path(where, name)
        for where, folders, names in os.walk(folder)
        # a linked folder is not followed, and not unseen
        for name in [*names, *(one for one in folders if Path(where, one).is_symlink())]
    ]
    files = sorted((File(path, _name(path, folder)) for path in paths), key=lambda file: file.name)
    if not files:
        raise InputError(
            f"{folder}: the folder is empty. Put {', '.join(sorted(suffixes))} files into it, or take its entry out "
            "of `sources`."
        )
    inside = os.path.realpath(folder)
    for file in files:
        yield _checked(file, inside, suffixes)


def _name(path: Path, folder: Path) -> str:
    """Return the name within the folder; bytes that are not UTF-8 are shown as such."""
    return unicodedata.normalize("NFC", printable(path.relative_to(folder)))


def _checked(file: File, inside: str, suffixes: Collection[str]) -> File | BrokenRow:
    path, name = file
    if any(part.startswith((".", "~$")) for part in name.split("/")):
        return BrokenRow(name, "hidden_file", "its name, or its folder's, begins with a dot", "")
    if printable(path) != str(path):
        return BrokenRow(name, "unreadable_name", "its name, or its folder's, is not UTF-8; rename it", "")
    real = os.path.realpath(path)
    if path.is_symlink() and not f"{real}/".startswith(f"{inside}/") and not CACHED.search(real):
        return BrokenRow(name, "link_outside", "a link that leads out of the folder is not followed", "")
    if not path.is_file():
        return BrokenRow(name, "unreadable_file", "a link to a folder or to nothing, or no plain file", "")
    suffix = path.suffix.lower()
    if suffix not in suffixes:
        read = ", ".join(sorted(suffixes))
        return BrokenRow(name, "unknown_format", f"{suffix or 'no'} ending; {read} are read", "")
    return file


JSON = {".json", ".jsonl", ".ndjson"}
PARQUET = {".parquet", ".pq"}
TABLES = {*JSON, *PARQUET, ".csv", ".tsv"}
"""Endings of the files of a folder that are read."""


def open_table(path: Path, max_chars: int, separator: str, layout: TableLayout | None = None) -> Table:
    """Open JSON, Parquet, or else delimited text, or a folder of them; lists become text joined by `separator`."""
    if path.is_dir():
        return _open_folder(path, max_chars, separator, layout)
    if path.suffix.lower() in JSON:
        return read_json(path, max_chars, separator, layout.encoding if layout else None)
    if path.suffix.lower() in PARQUET:
        return read_parquet_rows(path, max_chars, separator)
    return read_delimited(path, max_chars, layout)


def _open_folder(folder: Path, max_chars: int, separator: str, layout: TableLayout | None) -> Table:
    """Open all tables of a folder as one. Fields that JSON leaves out are empty; other tables have the same columns."""
    found = list(walk_files(folder, TABLES))
    files = [item for item in found if isinstance(item, File)]
    if not files:
        broken = (item for item in found if isinstance(item, BrokenRow))
        others = [item.place for item in broken if item.reason == "unknown_format"]
        instead = ""
        if others:
            kind = file_kind(folder / others[0]) if (folder / others[0]).is_file() else None
            instead = (
                f"; {len(others)} of another kind, {others[0]} among them: {kind or 'not one that is known'}"
            )
        raise InputError(f"{folder}: the folder holds no {', '.join(sorted(TABLES))} file{instead}.")
    columns: dict[str, None] = {}
    first: tuple[str, tuple[str, ...]] | None = None
    opened = partial(open_table, max_chars=max_chars, separator=separator, layout=layout)
    unread: dict[str, BrokenRow] = {}
    for file in files:
        try:
            here = opened(file.path).columns
        except InputError as error:
            if file.path.stat().st_size and file.path.suffix.lower() not in PARQUET:
                raise  # records that can be read stand before the fault
            unread[file.name] = BrokenRow(file.name, "unreadable_file", str(error), "")
            continue
        columns |= dict.fromkeys(here)
        if file.path.suffix.lower() in JSON:
            continue
        first = first or (file.name, here)
        if different := sorted(set(here) ^ set(first[1])):
            raise InputError(
                f"{folder}: {first[0]} and {file.name} do not have the same columns: only one of them has {different}. "
                "Rename the columns in the files, or make each file, or each kind of file, a source of its own."
            )
    if len(unread) == len(files):
        raise InputError(unread[files[0].name].detail)
    rows = [unread.get(one.name, one) if isinstance(one, File) else one for one in found]
    return Table(tuple(columns), _records(rows, opened))


def _records(
    found: Sequence[File | BrokenRow], opened: Callable[[Path], Table]
) -> Iterator[Cells | BrokenRow]:
    for item in found:
        if isinstance(item, BrokenRow):
            yield item
            continue
        table = opened(item.path)
        for record in table.records:
            own: dict[str, Any] = {"place": f"{item.name}: {record.place}"}
            if isinstance(record, Cells):
                own |= {"file": item.name, "columns": table.columns}
            yield record._replace(**own)


def absent_columns(record: Cells, needed: Collection[str]) -> str | None:
    """Say which of the columns that are needed the record's file has not, where a folder is read."""
    missing = [name for name in needed if name not in record.columns and name not in record.values]
    return f"{record.file} has no column {', '.join(missing)}" if record.file and missing else None


def check_columns(path: Path, where: str, needed: tuple[str, ...], present: tuple[str, ...]) -> None:
    """Refuse a file without the columns that are needed; all that are missing are named."""
    if missing := [column for column in needed if column not in present]:
        raise InputError(
            f"{path}: {where}: columns {missing} are missing; the file has {shown(present)}. Correct the entry in "
            "params.yaml, or give the right file."
        )


def shown(columns: Sequence[str]) -> str:
    """Return the first columns, for a message."""
    more = len(columns) - MOST_SHOWN
    return f"[{', '.join(map(repr, columns[:MOST_SHOWN]))}{f', and {more} more' if more > 0 else ''}]"
