"""Repairing damaged text without guessing: each repair is provable, named and counted."""

import html
import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import NamedTuple

import ftfy

from domaintune.core.tables.encoding import common_share
from domaintune.science.lost_characters import restore_apostrophes
from domaintune.science.markup import (
    BREAK,
    outside_blocks,
    outside_code,
    outside_fences,
    strip_tags,
)

ENTITY = re.compile(
    r"&(?:(?:amp|#0*38|#x0*26);)*(?P<name>#[0-9]{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});", re.IGNORECASE
)
"""With the semicolon only: `html.unescape` alone would turn `?a=1&copy=2` into `?a=1©=2`. However often the ampersand
was escaped again (`&amp;amp;lt;`), it is one entity."""
MOST_PASSES = 10
"""Times that entities are resolved; more are needed only where letters of an entity are entities themselves."""
MARKS = re.compile(r"[&<?]|  |\\n|nbsp;")
"""What plain text without faults does not hold."""
BLANKS = "".join(c for c in map(chr, range(0x3001)) if c.isspace() and not "\x1c" <= c <= "\x1f")
"""White space. Python counts U+001C–U+001F among it, but here they are remains of quotation marks."""
PREFIX = re.compile(rf"^[{BLANKS}]*Abstract(?:[ \t\xa0]{{3,}}|[ \t\xa0]*\n)[{BLANKS}]*")
"""The heading a scraper left before the text. `Abstract thinking …` is not a heading."""
PARAGRAPH = re.compile(rf"\n[{BLANKS}]*\n[{BLANKS}]*")
SPACES = re.compile(f"[{BLANKS}]+")
INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff]")
"""Soft hyphen, zero-width space, word joiner, byte order mark: they mark places, they are not letters."""
LOW_BYTES = {"\x13": "–", "\x14": "—", "\x18": "‘", "\x19": "’", "\x1c": "“", "\x1d": "”"}
"""Punctuation U+2013 … U+201D of which an exporter kept the low byte only."""
LOW_BYTE = re.compile(
    "(?<=[^\\W_])\x19(?=[^\\W_])|(?<=[sS])\x19(?=\\W|$)|(?<!\\w)[\x18\x1c](?=\\w)|(?<=[\\w.,!?%)])\x1d"
    "|(?<=[\\w ])[\x13\x14](?=[\\w ])"
)
"""Where that punctuation fits, and so is proved: within a word, around words, between words."""
LITERAL_BREAK = re.compile(
    r"(?<!\\)(?:(?:\\r)?\\n){2,}"
    r"|(?<!\\)(?:\\r)?\\n(?![a-z]|Rightarrow|Leftarrow|Leftrightarrow|VDash|Vdash)"
)
"""A line break that an exporter wrote as a backslash and `n`. Before a small letter it may be LaTeX's `\\nu`."""
CODE_BREAK = re.compile(r"(?<!\\n)\\n[\"']")
"""The end of a string in a program: there the two letters are what is meant."""


Step = Callable[[str], str]


class Repaired(NamedTuple):
    """The text, and the kinds of repair it needed in the order they were made."""

    text: str
    repairs: tuple[str, ...]


def repair_text(text: str) -> Repaired:
    """Repair a text of one or more paragraphs; capitals, spelling and hyphens are left as they are.

    One blank line is left between paragraphs; a line break within one becomes a space, but not in a fence of code or a
    Markdown table.
    """
    return _apply(text, PARAGRAPHS)


def repair_line(text: str) -> Repaired:
    """Repair a title, name or keyword: characters as in `repair_text`, all on one line."""
    return _apply(text, LINE)


def _apply(text: str, steps: Mapping[str, Step]) -> Repaired:
    if text.isascii() and text.isprintable() and not MARKS.search(text):
        return Repaired(text.strip(BLANKS), ())  # nothing below could change it, and most texts are like this
    return take_steps(text, steps, ends=BLANKS)


def take_steps(text: str, steps: Mapping[str, Step], ends: str = "") -> Repaired:
    """Repair a text step by step; a step that changes no more than `ends` around it is no repair."""
    repairs = []
    for name, step in steps.items():
        repaired = step(text)
        if repaired.strip(ends) != text.strip(ends):
            repairs.append(name)
        text = repaired
    return Repaired(text, tuple(repairs))


def _unescape(text: str) -> str:
    """Resolve entities until none is left: exports escape what was escaped before (`&amp;lt;`)."""
    for _ in range(MOST_PASSES):
        if "&" not in text or (plain := ENTITY.sub(_character, text)) == text:
            break
        text = plain
    return text.replace("nbsp;", " ")  # an exporter took the ampersand away


FEWEST_SYLLABLES, MOST_HANGUL, COMMON_HANGUL = 4, 0.8, 0.25
"""Of text that was CP949: syllables, their share of what is not ASCII, and the share of it that common ones have."""
TWO_SYLLABLES = re.compile("[가-힣]{2}")
"""Proof enough in a short title of nothing else beyond ASCII: four such letters are in no Latin-1 language in a row."""


def _mend_encoding(text: str) -> str:
    """Read again what was UTF-8, or was CP949 and gives common Hangul, but was read as Latin-1 or Windows-1252."""
    if text.isascii():
        return text
    for wrong in ("latin-1", "sloppy-windows-1252"):  # ftfy's: bytes without a letter stay what they are
        try:
            korean = text.encode(wrong).decode("cp949")
        except UnicodeError:
            continue
        hangul = sum("가" <= letter <= "힣" for letter in korean)
        beyond, bytes_ = (sum(letter > "\x7f" for letter in one) for one in (korean, text))
        long = hangul >= max(FEWEST_SYLLABLES, MOST_HANGUL * beyond)
        short = bytes_ == 2 * hangul and TWO_SYLLABLES.search(korean) is not None
        if (long or short) and common_share(korean, "cp949") >= COMMON_HANGUL:
            return korean
    return str(ftfy.fix_encoding(text))


def _break_lines(text: str) -> str:
    if "\\n" not in text or CODE_BREAK.search(text):
        return text
    return LITERAL_BREAK.sub(lambda found: "\n" * found.group().count("n"), text)


def _character(match: re.Match[str]) -> str:
    """Return what an entity stands for; a control character stays one: HTML hides it, and so the loss."""
    name, entity = match["name"], f"&{match['name']};"
    if name[0] != "#":
        return html.unescape(entity)
    code = int(f"0{name[1:]}", 16) if name[1] in "xX" else int(name[1:])
    return chr(code) if code < 0x80 else html.unescape(entity)


def _join_lines(text: str) -> str:
    paragraphs = PARAGRAPH.split(BREAK.sub("\n", text).strip(BLANKS))
    return "\n\n".join(re.sub(r"[ \t\xa0]*\n[ \t\xa0]*", " ", paragraph) for paragraph in paragraphs)


def _one_line(text: str) -> str:
    return SPACES.sub(" ", text).strip(BLANKS)


CHARACTERS: dict[str, Step] = {
    "html_entities": outside_fences(_unescape),
    "low_bytes": outside_fences(lambda text: LOW_BYTE.sub(lambda match: LOW_BYTES[match.group()], text)),
    "mojibake": _mend_encoding,
    "nfc": lambda text: unicodedata.normalize("NFC", text),
    "invisible_characters": lambda text: INVISIBLE.sub("", text),
    "literal_line_breaks": outside_code(_break_lines),
}
"""Of any text. Tags stay: they can be what a question is about."""
PARAGRAPHS: dict[str, Step] = {
    **CHARACTERS,
    "literal_line_breaks": outside_blocks(outside_code(_break_lines)),
    "html_tags": outside_blocks(outside_code(strip_tags)),
    "lost_apostrophes": outside_blocks(outside_code(restore_apostrophes)),
    "prefix": lambda text: PREFIX.sub("", text, count=1),
    "line_breaks": outside_blocks(_join_lines),
    "spaces": outside_blocks(outside_code(lambda text: "\n\n".join(map(_one_line, text.split("\n\n"))))),
}
LINE: dict[str, Step] = {
    **CHARACTERS,
    "html_tags": outside_code(strip_tags),
    "lost_apostrophes": outside_code(restore_apostrophes),
    "spaces": outside_code(_one_line),
}
