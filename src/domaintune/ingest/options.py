"""The options of an exam question and which of them is right."""

import json
import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from string import ascii_uppercase
from typing import NamedTuple

from domaintune.core.sections.columns import QuestionMapping, plain_word
from domaintune.ingest.fields import RowError
from domaintune.ingest.question_text import cell_items
from domaintune.science.choices.answer_text import read_answer
from domaintune.science.choices.choice_text import LABELS, split_options

FEWEST, MOST = 2, len(LABELS)
COMMON = 5
"""Options that most exams have: of so many columns the last may be empty, and of more all but the first two."""
NUMBERS = [str(number) for number in range(1, MOST + 1)]
_COUNTED = (
    *((NUMBERS, form) for form in ("({})", "{})")),
    *((ascii_uppercase, form) for form in ("{}.", "({})", "{})")),
)
LABELLED = [list(LABELS), *([form.format(mark) for mark in marks] for marks, form in _COUNTED)]
"""Labels that files repeat before the text of each option."""
BARE = re.compile(rf"[(\[]?(?:[A-Za-z{LABELS}]|\d\d?)[)\].]?번?")
"""A label that stands alone."""
_APART = re.compile(r"\s*/\s*|\s+|(?<=[)\]])(?=[(\[])")
"""Between the labels of a key such as A/C, `1 3` or (A)(C)."""
_ONE_KIND = re.compile(rf"[A-Z(\[)\].]+|[a-z(\[)\].]+|[{LABELS}]+|[\d(\[)\].번]+")


class Choice(NamedTuple):
    """A question's stem and its options, without labels."""

    question: str
    options: list[str]
    answer: str = ""
    """Labels of the right options where the column of the options says which are right."""


def read_options(values: Mapping[str, str], mapping: QuestionMapping) -> Choice:
    """Return stem and options as the mapping says where they stand; nothing is repaired yet."""
    question = values.get(mapping.question, "")
    if mapping.options == "none":
        return Choice(question, [])
    if isinstance(mapping.options, dict):
        return Choice(question, list(mapping.options))
    if mapping.options == "in_question":
        return Choice(*(split_options(question) or (question, [])))
    if len(mapping.options) == 1:
        return _listed_options(values.get(mapping.options[0], ""), question)
    options = [values.get(column, "") for column in mapping.options]
    least = FEWEST if len(options) > COMMON else COMMON - 1
    while len(options) > least and not options[-1].strip():
        options.pop()
    return Choice(question, options)


def _listed_options(cell: str, question: str) -> Choice:
    """Return the options of one cell: items of a list, lines, or the keys of an object of scores.

    Source: BIG-bench, docs/doc.md, `target_scores`: the options with the highest score are right.
    """
    scores: dict[str, float] = {}
    if cell.startswith("{") and cell.rstrip().endswith("}"):
        with suppress(ValueError, RecursionError):
            scores = json.loads(cell)
    if scores and all(isinstance(score, int | float) for score in scores.values()):
        best = max(scores.values())
        right = [label for label, score in zip(LABELS, scores.values(), strict=False) if score == best > 0]
        return Choice(question, list(scores), "".join(right))
    items = cell_items(cell)
    return Choice(question, items if len(items) > 1 else cell.split("\n"))


def check_options(options: Sequence[str], mapping: QuestionMapping) -> None:
    """Refuse options that are missing, too many or empty."""
    if not options and mapping.options == "in_question":
        raise RowError("bad_options", f"no 4 or more labelled options (①…) in column {mapping.question!r}")
    if not FEWEST <= len(options) <= MOST:
        raise RowError("bad_options", f"{len(options)} options, expected {FEWEST} to {MOST}")
    if empty := [number for number, option in enumerate(options, 1) if not option.strip()]:
        raise RowError("bad_options", f"option {empty[0]} is empty")


def check_repeats(options: Sequence[str], right: Collection[str]) -> None:
    """Refuse two options of the same text; where it is known which are right, only where one of the two is.

    Case counts: Co is cobalt and CO is not.
    """
    plain = [" ".join(unicodedata.normalize("NFC", option).split()) for option in options]
    for number, option in enumerate(plain, 1):
        first = plain.index(option) + 1
        if first < number and (not right or (str(first) in right) != (str(number) in right)):
            raise RowError("bad_options", f"options {first} and {number} are the same: {option[:80]!r}")


def without_labels(options: Sequence[str]) -> list[str]:
    """Drop the labels when every option begins with its own."""
    for labels in LABELLED:
        pairs = list(zip(options, labels, strict=False))
        if len(pairs) == len(options) and all(o.lstrip().startswith(label) for o, label in pairs):
            return [option.lstrip()[len(label) :].strip() for option, label in pairs]
    return list(options)


def right_options(cell: str, options: Sequence[str], mapping: QuestionMapping) -> str:
    """Return the numbers of the right options, from 1, as text: `2`, or `1,3` where several are right."""
    column = f"column {mapping.answer!r}"
    if isinstance(mapping.options, dict):  # KoBEST's BoolQ has `True` and `TRUE` in one file
        words = [plain_word(word) for word in mapping.options.values()]
        if (word := plain_word(cell)) in words:
            return str(words.index(word) + 1)
        expected = ", ".join(map(repr, mapping.options.values()))
        raise RowError("bad_answer", f"{column}: expected {expected}, got {cell[:80]!r}")
    first, n = mapping.first_answer, len(options)
    found = _several(cell, options, first) or {_number(cell, options, first)}
    if found <= {*range(1, n + 1)}:
        return ",".join(map(str, sorted(found)))
    hint = "; if the file counts options from 0, set columns.first_answer: 0" if _digits(cell) == "0" else ""
    raise RowError(
        "bad_answer",
        f"{column}: expected {first} to {first + n - 1}, {LABELS[0]} to {LABELS[n - 1]}, A to "
        f"{ascii_uppercase[n - 1]}, the text of one of the {n} options, or several of these, got {cell[:80]!r}{hint}",
    )


def _several(cell: str, options: Sequence[str], first: int) -> set[int]:
    """Return the options a cell names one by one, by bare labels or whole texts; none where it names but one."""
    row = "".join(cell.split())
    in_a_row = set(row) <= set(LABELS) or (set(row) <= set(ascii_uppercase) and list(row) == sorted(row))
    apart = _APART.split(cell)
    a_third = "/" in cell and re.search(r"\d", cell)
    alike = _ONE_KIND.fullmatch("".join(apart)) and not a_third
    ways = [
        cell.split("\n"),
        re.split(r"[\n,;|&·]|\band\b|와|과|및", cell, flags=re.IGNORECASE),
        list(row) if in_a_row else [],
        apart if alike else [],
    ]
    for way in ways if cell not in options else []:
        parts = [part.strip() for part in way if part.strip()]
        found = {_number(part, options, first) for part in parts if part in options or BARE.fullmatch(part)}
        if len(found) == len(parts) > 1:
            return found
    return set()


def _number(cell: str, options: Sequence[str], first: int) -> int:
    """Return the number, from 1, of the option a cell names; 0 where it names none."""
    number = _digits(cell)
    if number and first == 0:
        return int(number) + 1
    return read_answer(number or cell, len(options), options) or 0


def _digits(cell: str) -> str:
    """Return the number a cell consists of, without decimals; ③ is a label, though it composes to 3."""
    plain = unicodedata.normalize("NFKC", cell).strip()
    number = re.fullmatch(r"(\d+)(?:\.0+)?", plain) if re.search(r"\d", cell) else None
    return number[1] if number else ""
