"""Repairing the text of questions: formulas stay as they are, and lines stay lines."""

import json
import re
from collections.abc import Mapping
from typing import Any

from domaintune.science.markup import BREAK
from domaintune.science.repair_text import BLANKS, CHARACTERS, Repaired

FORMULA = re.compile(
    r"(\$\$.+?\$\$|\$[^$\n]+\$|\\\(.+?\\\)|\\\[.+?\\\]|\\begin\{(?P<name>\w+\*?)\}.+?\\end\{(?P=name)\})",
    re.DOTALL,
)
"""LaTeX between its delimiters."""
SPACES = re.compile(f"[{BLANKS.replace(chr(10), '')}]+")
TEXT_KEYS = ("text", "content", "answer", "value", "body")
"""Under which an object in a cell carries its text."""


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
    for name, step in CHARACTERS.items():
        repaired = step(text)
        if repaired != text:
            done.append(name)
        text = repaired
    return SPACES.sub(" ", BREAK.sub("\n", text))


def cell_text(cell: str, list_mark: str) -> str:
    """Return the text of a cell that may hold a list or an object.

    Items of a list are put on lines of their own. JSON in the cell of a CSV file counts as what it is: of an object,
    the text under `text`, `content`, `answer`, `value` or `body` is taken. Anything else stays as it stands.
    """
    return "\n".join(cell_items(cell, list_mark))


def cell_items(cell: str, list_mark: str) -> list[str]:
    """Return the texts of `cell_text` one by one: an item may hold line breaks of its own."""
    if list_mark in cell:
        return [cell_text(item, list_mark) for item in cell.split(list_mark)]
    if cell[:1] in {"[", "{"} and cell.rstrip()[-1:] in {"]", "}"}:
        try:
            found = _texts(json.loads(cell))
        except (ValueError, RecursionError):
            return [cell]
        return [cell] if found is None else found
    return [cell]


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
