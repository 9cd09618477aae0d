"""The file of somebody else's answers: its records, and which of the questions that are asked each belongs to."""

import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from domaintune.answer.arms import Prompted
from domaintune.core.paying.protocol import storable
from domaintune.core.stage.errors import InputError
from domaintune.core.tables.cells import BrokenRow
from domaintune.core.tables.encoding import check_encoding, scan
from domaintune.core.tables.typed_rows import JsonObject, read_objects

NAMED = 20
"""Of each kind, so many are named; all are counted."""
MOST_CHARS = 100_000_000
"""Of a record."""
TABLES = (".csv", ".tsv")
Asked = tuple[str, ...]
"""Instruction and input without line breaks, one of them where the other is empty; then later turns behind one each."""


class Given(NamedTuple):
    """One record of the file."""

    place: str
    """Where it is, e.g. `line 12`."""
    asked: Asked
    text: str
    """Half a surrogate pair is U+FFFD in it, as in a server's answers."""


class Matched(NamedTuple):
    """What belongs together, and what is left over on either side."""

    answers: dict[str, str]
    """Question → answer."""
    unmatched: list[Given]
    """Answers to no question that the arm is asked."""
    contradicting: list[Given]
    """Several different answers to one question; none of them is taken."""


def read_answers(file: Path, field: str) -> list[Given]:
    """Return the file's records, or name the first that are of another shape."""
    problem = "holds nothing" if file.is_file() and not file.read_bytes().strip() else ""
    if file.suffix.lower() in TABLES:
        problem = "is a table; write its rows as objects, e.g. with polars' read_csv and write_ndjson"
    if problem:
        raise InputError(
            f"{file}: expected answers as JSON Lines or a JSON array of objects, but the file {problem}."
        )
    if check_encoding(file).startswith("utf-8") and (damage := scan(file)):
        raise InputError(
            f"{file}: line {damage.line}: the byte 0x{damage.byte:02X} at offset {damage.offset} is not UTF-8."
        )
    read = [(item.place, _given(item, field)) for item in read_objects(file, MOST_CHARS)]
    if problems := [f"{file}: {place}: {found}" for place, found in read if isinstance(found, str)]:
        raise InputError("\n".join(first_of(problems)))
    return [one for _, found in read if not isinstance(found, str) for one in found]


def match(asked: Sequence[Prompted], given: Sequence[Given]) -> Matched:
    """Match by instruction and input together; white space aside, the texts must be equal."""
    by_text: defaultdict[Asked, list[Given]] = defaultdict(list)
    for one in given:
        by_text[one.asked].append(one)
    wanted = {one.id: asked_text(one.instruction, one.input, *one.then[1::2]) for one in asked}
    known = set(wanted.values())
    several = {text for text, found in by_text.items() if len({comparable(one.text) for one in found}) > 1}
    taken = {name: text for name, text in wanted.items() if text in by_text and text not in several}
    return Matched(
        {name: by_text[text][0].text for name, text in taken.items()},
        [one for one in given if one.asked not in known],
        [one for one in given if one.asked in known & several],
    )


def comparable(text: str) -> str:
    """Return an answer in NFC and without white space around it: what two must share to be the same."""
    return unicodedata.normalize("NFC", text).strip()


def asked_text(instruction: str, input_: str, *later: str) -> Asked:
    """Return what was asked, in NFC and with single spaces; an instruction alone equals an input alone."""
    first, second, *more = (
        " ".join(unicodedata.normalize("NFC", storable(text)).split())
        for text in (instruction, input_, *later)
    )
    return (*(text for text in (first, second) if text), *(f"\n{text}" for text in more))


def _given(item: JsonObject | BrokenRow, field: str) -> list[Given] | str:
    """Return a record's answers, or what is wrong with it."""
    if isinstance(item, BrokenRow):
        return item.detail
    record = item.value
    if turns := _turns(record):
        texts = said if isinstance(said := record.get(field), list) else []
        if len(texts) != len(turns) or not all(isinstance(text, str) for text in texts):
            return f"expected {len(turns)} texts in {field!r}, one a turn"
        asked = (asked_text(turns[0], "", *turns[1:at]) for at in range(1, len(turns) + 1))
        return [Given(item.place, *one) for one in zip(asked, map(storable, texts), strict=True)]
    for name in ("instruction", field):
        if not isinstance(record.get(name), str):
            return f"expected text in {name!r}; it has the fields {', '.join(sorted(record)) or 'none'}"
    if not isinstance(given := record.get("input") or "", str):
        return "expected text in 'input'"
    return [Given(item.place, asked_text(record["instruction"], given), storable(record[field]))]


def _turns(record: Mapping[str, Any]) -> list[str]:
    """Return the turns of a conversation (MT-bench's `turns`, LogicKor's `questions`); none of another record."""
    found = record.get("turns", record.get("questions"))
    texts = found if "instruction" not in record and isinstance(found, list) else []
    return texts if all(isinstance(text, str) for text in texts) else []


def first_of(lines: Sequence[str]) -> list[str]:
    """Return the first lines, and how many there are more."""
    return [*lines[:NAMED], *([f"and {len(lines) - NAMED} more"] if len(lines) > NAMED else [])]
