"""Walking a folder of files, so that no name and no link in it stops the rest."""

import os
import re
import unicodedata
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import NamedTuple

from domaintune.core.stage.errors import InputError
from domaintune.core.tables.cells import BrokenRow

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

    Raises:
        InputError: no such folder, or no file in it.
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
    files = sorted((File(path, _name(path, folder)) for path in _paths(folder)), key=lambda file: file.name)
    if not files:
        raise InputError(
            f"{folder}: the folder is empty. Put {', '.join(sorted(suffixes))} files into it, or take its entry out "
            "of `sources`."
        )
    inside = os.path.realpath(folder)
    for file in files:
        yield _checked(file, inside, suffixes)


def _paths(folder: Path) -> Iterator[Path]:
    for where, folders, names in os.walk(folder):
        linked = [name for name in folders if Path(where, name).is_symlink()]  # not followed, and not unseen
        yield from (Path(where, name) for name in [*names, *linked])


def _name(path: Path, folder: Path) -> str:
    """Return the name within the folder; bytes that are no UTF-8 are shown as such."""
    name = unicodedata.normalize("NFC", path.relative_to(folder).as_posix())
    return name.encode("utf-8", "backslashreplace").decode("utf-8")


def _checked(file: File, inside: str, suffixes: Collection[str]) -> File | BrokenRow:
    path, name = file
    if any(part.startswith((".", "~$")) for part in name.split("/")):
        return BrokenRow(name, "hidden_file", "its name, or its folder's, begins with a dot", "")
    if any("\ud800" <= letter <= "\udfff" for letter in str(path)):
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
