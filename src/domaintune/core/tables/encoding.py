"""Opening text of unknown encoding: UTF-8 and marked UTF-16 are read, anything else is named, not guessed."""

import codecs
import re
from pathlib import Path
from typing import NamedTuple, TextIO

from domaintune.core.common_letters import ENCODINGS, common_share
from domaintune.core.stage.errors import InputError
from domaintune.core.tables.file_kinds import check_text

MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
WRONG_LINES = 0.1
"""Share of lines that are no UTF-8 from which the whole file is taken to have another encoding."""
FEWEST_COMMON, CLOSE = 0.1, 0.5
"""Share of common letters below which an encoding does not fit, and part of the best share from which it may, too."""
PIECE = 1 << 20
WIDE = {
    "UTF-32LE": re.compile(rb"(?s:[^\x00].|.[^\x00])[\x00-\x03]\x00(?s:..)[\x00-\x03]\x00"),
    "UTF-32BE": re.compile(rb"\x00[\x00-\x03](?s:[^\x00].|.[^\x00])\x00[\x00-\x03](?s:..)"),
}
"""How two characters of it begin a file; the two of UTF-16 that look the same are a text and NUL."""
CONTROLS = re.compile(rb"[\x00-\x06\x0e-\x1a]")
"""Bytes that no encoding of text uses, UTF-16 and its kin apart."""


class Damage(NamedTuple):
    """What a scan of the bytes found."""

    lines: int
    bad_lines: int
    offset: int
    """Of the first bad byte."""
    line: int
    byte: int
    sample: bytes
    """Bad lines, for telling encodings apart."""


def open_text(path: Path, encoding: str | None = None) -> TextIO:
    """Open a file with its line ends kept; a stray bad byte becomes U+FFFD, so its row is quarantined.

    With `encoding`, it is read as that, whatever its bytes look like.

    Raises:
        InputError: missing, empty, or as a whole neither UTF-8 nor UTF-16 with a byte order mark.
    """
    if encoding is None:
        encoding = check_encoding(path)
    else:
        check_text(path)
    return path.open(encoding=encoding, errors="replace", newline="")


def check_encoding(path: Path) -> str:
    """Return the encoding to read a file with.

    Raises:
        InputError: as `open_text`.
    """
    check_text(path)
    with path.open("rb") as handle:
        head = handle.read(4096)
    if not head:
        raise InputError(f"{path}: the file is empty. Fetch it again, or take its entry out of `sources`.")
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise InputError(
            f"{path}: expected UTF-8, but the file is UTF-32, told by its byte order mark. Convert it: "
            f"iconv -f UTF-32 -t UTF-8 {path.name} > utf8.{path.name}"
        )
    for mark, encoding in MARKS.items():
        if head.startswith(mark):
            return encoding
    if wide := next((name for name, form in WIDE.items() if form.match(head)), None):
        raise InputError(
            f"{path}: NUL bytes as UTF-32 without a byte order mark has them. Convert it: "
            f"iconv -f {wide} -t UTF-8 {path.name} > utf8.{path.name}"
        )
    if b"\x00" in head[:4]:
        raise InputError(
            f"{path}: NUL byte at offset {head.index(0)}: UTF-16 without a byte order mark, or no text. "
            f"Convert it: iconv -f UTF-16LE -t UTF-8 {path.name} > utf8.{path.name}"
        )
    damage = scan(path)
    if damage and damage.bad_lines > 1 and damage.bad_lines / damage.lines > WRONG_LINES:
        raise InputError(
            f"{path}: expected UTF-8, but {damage.bad_lines} of {damage.lines} lines are not; the first bad "
            f"byte is 0x{damage.byte:02X} at offset {damage.offset} (line {damage.line}). "
            + _suggestion(path, damage.sample)
        )
    return "utf-8"


def scan(path: Path) -> Damage | None:
    """Look through all lines for bytes that are no UTF-8; None when there are none."""
    lines = bad = offset = at = first_line = byte = 0
    sample = b""
    with path.open("rb") as handle:
        while piece := handle.readline(PIECE):
            if not piece.endswith(b"\n"):
                piece += _rest_of_character(handle)
            lines += 1
            try:
                piece.decode("utf-8")
            except UnicodeDecodeError as error:
                bad += 1
                if bad == 1:
                    at, first_line, byte = offset + error.start, lines, piece[error.start]
                if len(sample) < PIECE:
                    sample += piece
            offset += len(piece)
    return Damage(lines, bad, at, first_line, byte, sample) if bad else None


def _rest_of_character(handle: object) -> bytes:
    """Read on to the end of a multi-byte character that a piece may have cut."""
    rest = b""
    while (ahead := handle.peek(1)[:1]) and 0x80 <= ahead[0] < 0xC0 and len(rest) < 3:  # type: ignore[attr-defined]  # BufferedReader
        rest += handle.read(1)  # type: ignore[attr-defined]  # BufferedReader
    return rest


def _suggestion(path: Path, sample: bytes) -> str:
    """Name the encoding that fits and the command that converts the file."""
    if CONTROLS.search(sample):
        return "It seems to hold no text at all, but the bytes of a program. Export it as text from there."
    fitting = _fitting(sample)
    settings = " or ".join(f"`table: {{encoding: {encoding}}}`" for encoding in fitting)
    names = [encoding.upper() for encoding in fitting]
    return (
        f"It may be {' or '.join(names)}"
        + ("; which of them, its letters do not tell" if len(names) > 1 else "")
        + f". Set {settings} and look at the result, or convert it: "
        f"iconv -f {names[0]} -t UTF-8 {path.name} > utf8.{path.name}"
    )


def _fitting(sample: bytes) -> list[str]:
    """Return the encoding that gives common letters, or all that come into question, the likeliest first."""
    shares = {name: common_share(sample.decode(name, errors="replace"), name) for name in ENCODINGS}
    ranked = sorted(ENCODINGS, key=lambda name: -shares[name])
    best = shares[ranked[0]]
    if best < FEWEST_COMMON:
        return ranked
    return [name for name in ranked if shares[name] > best * CLOSE]
