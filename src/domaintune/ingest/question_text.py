"""Texts of exam questions: how they are repaired, which need a picture, which are asked twice with two answers."""

import json
import re
import unicodedata
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from domaintune.core.records.question import Question
from domaintune.core.sections.columns import QuestionMapping, composed
from domaintune.core.stage.files import content_id
from domaintune.ingest.fields import RowError
from domaintune.ingest.reading import LIST_MARK
from domaintune.science.markup import BREAK
from domaintune.science.repair_text import BLANKS, CHARACTERS, Repaired, take_steps

FORMULA = re.compile(
    r"(\$\$.+?\$\$|\$[^$\n]+\$|\\\(.+?\\\)|\\\[.+?\\\]|\\begin\{(?P<name>\w+\*?)\}.+?\\end\{(?P=name)\})",
    re.DOTALL,
)
"""LaTeX between its delimiters."""
SPACES = re.compile(f"[{BLANKS.replace(chr(10), '')}]+")
TEXT_KEYS = ("text", "content", "answer", "value", "body")
"""Under which an object in a cell carries its text."""
NO_PICTURE = {"", "-", "0", "false", "n", "n/a", "nan", "no", "none", "null", "x", "없음"}
"""What a picture column says when there is none."""
PICTURED = re.compile(
    r"(?:다음|아래|위|옆)의?\s*(?:그림|사진)|그림과\s*같[은이]|(?:그림|사진)[은는]\s*(?:다음|아래)"
    r"|\b(?:figure|diagram|picture|image|graph)\s+(?:below|above|shown|at (?:the )?right)\b"
    r"|\b(?:shown|see|given)\s+(?:in|by)\s+the\s+(?:figure|diagram|picture|image)\b",
    re.IGNORECASE,
)
"""How a question refers to a picture that a file without pictures cannot hold."""


def repair_question(text: str) -> Repaired:
    """Repair characters and spaces outside formulas; a line break stays one, blank lines become one."""
    done: list[str] = []
    pieces: list[str] = []
    position = 0
    for found in FORMULA.finditer(text):
        pieces += [_plain(text[position : found.start()], done), found.group()]
        position = found.end()
    pieces.append(_plain(text[position:], done))
    lines = [line.strip(" ") for line in "".join(pieces).split("\n")]
    joined = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")
    return Repaired(joined, tuple(dict.fromkeys(done)))


def _plain(text: str, done: list[str]) -> str:
    repaired = take_steps(text, CHARACTERS)
    done += repaired.repairs
    return SPACES.sub(" ", BREAK.sub("\n", repaired.text))


def cell_items(cell: str) -> list[str]:
    """Return the texts of a cell that may hold a list or an object; an item may hold line breaks of its own.

    JSON in the cell of a CSV file counts as what it is: of an object, the text under `text`, `content`, `answer`,
    `value` or `body` is taken. Anything else stays as it stands.
    """
    if LIST_MARK in cell:
        return ["\n".join(cell_items(item)) for item in cell.split(LIST_MARK)]
    found = None
    if cell[:1] in {"[", "{"} and cell.rstrip()[-1:] in {"]", "}"}:
        with suppress(ValueError, RecursionError):
            found = _texts(json.loads(cell))
    return [cell] if found is None else found


def _texts(value: Any) -> list[str] | None:
    """Return the texts a JSON value consists of; None when it is not made of texts."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping):
        inner = next((value[key] for key in TEXT_KEYS if key in value), None)
        return None if inner is None else _texts(inner)
    if isinstance(value, list) and value:
        found = [_texts(item) for item in value]
        return None if None in found else [text for texts in found if texts for text in texts]
    return None


def check_picture(values: Mapping[str, str], columns: QuestionMapping) -> None:
    """Refuse a question that needs a picture, by the file's own column or else by its text."""
    if columns.picture is not None:
        cell = values.get(columns.picture, "").strip()
        if cell.casefold() not in NO_PICTURE:
            raise RowError("needs_picture", f"column {columns.picture!r} is {cell[:80]!r}")
    elif found := PICTURED.search(composed(values.get(columns.question, ""))):
        raise RowError("needs_picture", f"the text says {found.group()!r}")


_WITH_UNIT = re.compile(r"(\d\s*[^\W\d_]{1,3}(?![^\W_]))")


def key_of(question: Question) -> tuple[str, str, str]:
    """Return a question's name whatever its options' order, case and spaces, and what is right, its name and text."""
    texts = [*question.options, question.answer]
    folded = [_folded(text) for text in texts]
    if len(set(folded[:-1])) < len(set(texts[:-1])):  # Co is cobalt and CO is not
        folded = texts
    right = [number - 1 for number in question.right] or [-1]
    name = content_id(_folded(question.context), _folded(question.question), *sorted(folded[:-1]))
    return name, content_id(*sorted(folded[at] for at in right)), "; ".join(texts[at] for at in right)[:80]


def _folded(text: str) -> str:
    """Return a text without case, spaces and stops; a unit keeps its case, as 5 mW is not 5 MW."""
    pieces = _WITH_UNIT.split(unicodedata.normalize("NFC", text))
    folded = "".join(piece if at % 2 else piece.casefold() for at, piece in enumerate(pieces))
    return "".join(folded.split()).strip(".,;:?\"'")
