"""Opening text of unknown encoding: UTF-8 and marked UTF-16 are read, anything else is named, not guessed."""

import codecs
import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, TextIO

from domaintune.core.stage.errors import InputError
from domaintune.core.tables.cells import PIECE
from domaintune.core.tables.file_kinds import check_text

SYLLABLES = re.compile(
    "[이다의는을가에하고로지기은를도한사인리어나자서시대정아그수일해보부과있스제상전게장주구들동원여공용성안조비라면만"
    "계선적으관소연무방물유결할치각화경생문세며된되와트체산단재개였했입니때중모분식질높력]"
)
HANZI = re.compile(
    "[的一是不了在人有我他这中大来上个国到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可里后小么心多天而能好"
    "都然没日于起还发成事只作当想看文无开手十用主行方又如前所本见经头面公同三已老从动两长知民样现分将外但高意进把法此实"
    "回二理点月明其种声全工性体度电水气料结构热量温反应与及数等化合机型设计系统研究测试结果第变次]"
)
KANA = re.compile("[ぁ-んァ-ヶー、。]")
"""Of full width only: bytes of other encodings often decode to half-width kana."""
WESTERN = re.compile(
    "(?<![^\x00-\x7f])[À-ÖØ-öø-ÿ‘’“”–—°±µ§©®™²³½¼€£«»¿¡](?![^\x00-\x7f])"
    "|(?<=[A-Za-z])[À-ÖØ-öø-ÿ]{2}(?=[A-Za-z])"
)
"""Signs and letters with accents stand alone among ASCII, or in pairs within a word (`ação`)."""
ENCODINGS = {"cp949": SYLLABLES, "gb18030": HANZI, "shift_jis": KANA, "windows-1252": WESTERN}
"""Those a source can be read in, UTF-8 and UTF-16 apart, with what is common in the languages written in them."""
MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
WRONG_LINES = 0.1
"""Share of lines that are not UTF-8 from which the whole file is taken to have another encoding."""
FEWEST_BAD = 4
"""Bad bytes from which one line is proof: two letters of Korean, not a stray byte."""
FEWEST_COMMON, CLOSE = 0.1, 0.5
"""Share of common letters below which an encoding does not fit, and part of the best share from which it may, too."""
WIDE = {
    "UTF-32LE": re.compile(rb"(?s:[^\x00].|.[^\x00])[\x00-\x03]\x00(?s:..)[\x00-\x03]\x00"),
    "UTF-32BE": re.compile(rb"\x00[\x00-\x03](?s:[^\x00].|.[^\x00])\x00[\x00-\x03](?s:..)"),
}
"""How two characters of it begin a file; the two of UTF-16 that look the same are a text and NUL."""
LEAST_NUL = 0.02
"""Share of NUL among the bytes from which they are halves of UTF-16, if they are every other byte; Korean has 0.05."""
CONTROLS = re.compile(rb"[\x00-\x06\x0e-\x1a]")
"""Bytes that no encoding of text uses, UTF-16 and its kin apart."""


def common_share(text: str, encoding: str) -> float:
    """Return which share of the characters beyond ASCII are common in the languages written in an encoding, 0 to 1."""
    common = sum(map(len, ENCODINGS[encoding].findall(text)))
    return common / max(1, sum(letter > "\x7f" for letter in text))


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


def scan(path: Path) -> Damage | None:
    """Look through all lines for bytes that are not UTF-8; None when there are none."""
    lines = bad = offset = at = first_line = byte = 0
    sample = b""
    with path.open("rb") as handle:
        while piece := handle.readline(PIECE):
            missing = 0 if piece.endswith(b"\n") else 3
            for _ in range(missing):  # the end of a character that the piece may have cut
                if (ahead := handle.peek(1)[:1]) and 0x80 <= ahead[0] < 0xC0:
                    piece += handle.read(1)
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


def open_text(path: Path, encoding: str | None = None) -> TextIO:
    """Open a file with its line ends kept; a stray bad byte becomes U+FFFD, so its row is quarantined.

    With `encoding`, it is read as that, whatever its bytes look like.
    """
    check_text(path)
    return path.open(encoding=encoding or check_encoding(path), errors="replace", newline="")


def check_encoding(path: Path) -> str:
    """Return the encoding to read a file with."""
    check_text(path)
    with path.open("rb") as handle:
        head = handle.read(4096)
    if not head:
        raise InputError(f"{path}: the file is empty. Fetch it again, or take its entry out of `sources`.")
    halves = {"UTF-16BE": head[::2].count(0), "UTF-16LE": head[1::2].count(0)}
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        why, name = "expected UTF-8, but the file is UTF-32, told by its byte order mark", "UTF-32"
    elif mark := next(filter(head.startswith, MARKS), None):
        return MARKS[mark]
    elif wide := next((name for name, form in WIDE.items() if form.match(head)), None):
        why, name = "NUL bytes as UTF-32 without a byte order mark has them", wide
    elif b"\x00" in head[:4] or max(halves.values()) > max(
        2, len(head) * LEAST_NUL, 9 * min(halves.values())
    ):
        why = f"NUL byte at offset {head.index(0)}: UTF-16 without a byte order mark, or no text"
        name = max(halves, key=lambda one: halves[one])
    elif (damage := scan(path)) and _is_other(damage):
        raise InputError(
            f"{path}: expected UTF-8, but {damage.bad_lines} of {damage.lines} lines are not; the first bad "
            f"byte is 0x{damage.byte:02X} at offset {damage.offset} (line {damage.line}). "
            + _suggestion(path, damage.sample)
        )
    else:
        return "utf-8"
    raise InputError(f"{path}: {why}. Convert it: {_command(path, name)}")


def other_encoding(files: Sequence[Path]) -> str | None:
    """Return the encoding of files that are not UTF-8, told by their bad lines together; None where any is UTF-8.

    That is one that begins with a mark, or has letters beyond ASCII that are UTF-8; all ASCII says nothing. Where
    several encodings fit, they are refused.
    """
    damaged = []
    for path in files:
        with path.open("rb") as handle:
            head = handle.read(PIECE)
        if damage := scan(path):
            damaged.append(damage)
        if head.startswith((*MARKS,)) or (damage is None and not head.isascii()):
            return None
    if not damaged:
        return None
    sample = b"".join(damage.sample for damage in damaged)[:PIECE]
    lines, bad = (sum(one) for one in zip(*(damage[:2] for damage in damaged), strict=True))
    if CONTROLS.search(sample) or not _is_other(Damage(lines, bad, 0, 0, 0, sample)):
        return None
    if len(fitting := _fitting(sample)) > 1:
        raise InputError(f"{files[0]}: expected UTF-8. {_suggestion(files[0], sample)}")
    return fitting[0]


def _is_other(damage: Damage) -> bool:
    """Say whether there are too many bad lines for stray bytes, or in a single one hardly a letter is UTF-8."""
    text = damage.sample.decode("utf-8", "replace")
    proof = text.count("\ufffd") >= max(FEWEST_BAD, sum(letter > "\x7f" for letter in text) / 2)
    return (damage.bad_lines > 1 or proof) and damage.bad_lines / damage.lines > WRONG_LINES


def _suggestion(path: Path, sample: bytes) -> str:
    """Name the encoding that fits and the command that converts the file."""
    if CONTROLS.search(sample):
        return "It seems to hold no text at all, but the bytes of a program. Export it as text from there."
    fitting = _fitting(sample)
    settings = " or ".join(f"`table: {{encoding: {encoding}}}`" for encoding in fitting)
    names = [encoding.upper() for encoding in fitting]
    untold = "; which of them, its letters do not tell" if len(names) > 1 else ""
    return (
        f"It may be {' or '.join(names)}{untold}. Set {settings} and look at the result, or convert it: "
        f"{_command(path, names[0])}"
    )


def _command(path: Path, encoding: str) -> str:
    return f"iconv -f {encoding} -t UTF-8 {path.name} > utf8.{path.name}"


def _fitting(sample: bytes) -> list[str]:
    """Return the encoding that gives common letters, or all that come into question, the likeliest first."""
    shares = {name: common_share(sample.decode(name, errors="replace"), name) for name in ENCODINGS}
    ranked = sorted(ENCODINGS, key=lambda name: -shares[name])
    best = shares[ranked[0]]
    if best < FEWEST_COMMON:
        return ranked
    return [name for name in ranked if shares[name] > best * CLOSE]
