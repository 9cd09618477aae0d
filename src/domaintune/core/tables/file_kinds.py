"""What a file is when it is not text: told by its first bytes or inner names; and what DVC cannot hash at all."""

import os
import zipfile
from collections.abc import Iterator
from pathlib import Path

from domaintune.core.stage.errors import InputError

HEAD = 4096
BEGINNINGS: dict[bytes, str] = {
    b"%PDF-": "a PDF file: a folder of them is read by format `texts`",
    b"PAR1": "a Parquet file: let its name end in .parquet",
    b"SQLite format 3\x00": "an SQLite database: export its table as CSV",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "an old Office file (.xls, .doc, .ppt): save it as CSV, or as text",
    b"{\\rtf": "an RTF file: save it as plain text",
    b"\x1f\x8b": "a gzip archive: unpack it (gunzip)",
    b"BZh": "a bzip2 archive: unpack it (bunzip2)",
    b"\xfd7zXZ\x00": "an xz archive: unpack it (unxz)",
    b"7z\xbc\xaf\x27\x1c": "a 7z archive: unpack it",
    b"\x28\xb5\x2f\xfd": "a zstd archive: unpack it (unzstd)",
    b"ARROW1": "an Arrow file: save it as Parquet, or read its folder with `dataset: local`",
    b"\x89HDF": "an HDF5 file: export its table as CSV or Parquet",
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    **dict.fromkeys(
        (b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05"),
        "a Python pickle, which may run any program when it is opened: export its table as Parquet or CSV",
    ),
}
PAGE = "an HTML page: save its text, or convert it to Markdown, e.g. with pandoc"
MARKED_UP = (
    "an XML file: export its records as CSV or JSON, or convert its text to Markdown, e.g. with pandoc"
)
ENDINGS = {
    **dict.fromkeys((".html", ".htm", ".xhtml"), PAGE),
    ".xml": MARKED_UP,
    ".tex": "a LaTeX source: convert it to Markdown, e.g. with pandoc",
}
"""Files that only their name's ending tells from text: a page may begin with any tag, as Markdown may."""
PACKED = {
    "xl/": "an Excel file: save the sheet as CSV (UTF-8)",
    "word/": "a Word file: save it as plain text, Markdown or PDF",
    "ppt/": "a PowerPoint file: save it as PDF",
    "META-INF/container.xml": "an EPUB book: convert it to Markdown, e.g. with pandoc",
    "content.xml": "an OpenDocument file: save it as CSV, or as text",
}
"""Names in an archive by which office files are known."""
MARKUP = (b"<!doctype html", b"<html", b"<head", b"<body")


def unhashable(path: Path) -> Iterator[str]:
    """Yield what stands at a path or in a folder that DVC cannot hash: it waits for a pipe, and stops at the others."""
    inside = path.is_dir()
    files = (Path(where, name) for where, _, names in os.walk(path) for name in sorted(names))
    for file in files if inside else [path] if os.path.lexists(path) else []:
        if wrong := "a file whose name is not UTF-8" if printable(file) != str(file) else _no_file(file):
            mend = f"Move it out of {printable(path)}" if inside else "Give the path of a file or folder"
            yield (
                f"{printable(file)} is {wrong}. {mend}: DVC hashes every file of a source before it is read, and "
                "would wait for this one, or stop."
            )


def _no_file(path: Path) -> str | None:
    """Say what stands at a path that is no plain file."""
    if path.is_dir():
        return "a folder"
    if path.exists():
        return None if path.is_file() else "a pipe, socket or device"
    return "a link that leads to no file" if path.is_symlink() else "nothing"


def printable(path: Path) -> str:
    """Return a path with bytes that are not UTF-8 shown as such."""
    return str(path).encode("utf-8", "backslashreplace").decode("utf-8")


def check_regular(path: Path) -> None:
    """Refuse what cannot be opened and read to its end: a pipe would be waited for."""
    if found := _no_file(path):
        raise InputError(
            f"{path}: expected a file, found {found}. Check the path in params.yaml; it is relative to the "
            "repository's root."
        )


def file_kind(path: Path) -> str | None:
    """Say what a file is and what to do with it, if it is not text; None for text, or what cannot be told."""
    with path.open("rb") as handle:
        head = handle.read(HEAD)
    if head.startswith(b"PK\x03\x04"):
        try:
            with zipfile.ZipFile(path) as archive:
                names = archive.namelist()
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
            return "a damaged zip archive: fetch it again and unpack it"
        known = (kind for start, kind in PACKED.items() if any(name.startswith(start) for name in names))
        return next(known, f"a zip archive of {len(names)} files: unpack it")
    for beginning, kind in BEGINNINGS.items():
        if head.startswith(beginning):
            return kind
    plain = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if plain.startswith(MARKUP) or (plain.startswith(b"<?xml") and b"<html" in plain):
        return PAGE
    return MARKED_UP if plain.startswith(b"<?xml") else ENDINGS.get(path.suffix.lower())


def check_text(path: Path) -> None:
    """Refuse office files, databases, archives, pictures and HTML by name."""
    check_regular(path)
    try:
        kind = file_kind(path)
    except OSError as error:
        raise InputError(
            f"{path}: cannot be read: {error.strerror or error}. Check its permissions."
        ) from error
    if kind:
        raise InputError(f"{path}: expected text, but this is {kind}.")
