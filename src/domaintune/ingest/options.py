"""The options of an exam question and which of them is right."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from domaintune.core.sections.sources import QuestionMapping, plain_word
from domaintune.ingest.question_text import cell_items
from domaintune.science.choices.choice_text import LABELS, read_answer, split_options

FEWEST, MOST = 2, 5
LABELLED = {
    "circled": [f"{label}" for label in LABELS],
    "bracketed": [f"({number})" for number in range(1, 6)],
    "closed": [f"{number})" for number in range(1, 6)],
    "letters": [f"{letter}." for letter in "ABCDE"],
    "bracketed letters": [f"({letter})" for letter in "ABCDE"],
    "closed letters": [f"{letter})" for letter in "ABCDE"],
}
"""Labels that files repeat before the text of each option."""


class Choice(NamedTuple):
    """A question's stem and its options, without labels."""

    question: str
    options: list[str]


class Wrong(NamedTuple):
    """Why a question cannot be used."""

    reason: str
    detail: str


def read_options(
    values: Mapping[str, str], question: str, mapping: QuestionMapping, mark: str
) -> Choice | Wrong:
    """Return stem and options as the mapping says where they stand; nothing is repaired yet."""
    if mapping.options == "none":
        return Choice(question, [])
    if isinstance(mapping.options, dict):
        return Choice(question, list(mapping.options))
    if mapping.options == "in_question":
        found = split_options(question)
        if found is None:
            return Wrong("bad_options", f"no 4 or 5 labelled options (①…) in column {mapping.question!r}")
        return Choice(*found)
    if len(mapping.options) == 1:
        cell = values.get(mapping.options[0], "")
        items = cell_items(cell, mark)
        return Choice(question, items if len(items) > 1 else cell.split("\n"))
    options = [values.get(column, "") for column in mapping.options]
    if len(options) == MOST and not options[-1].strip():
        options.pop()  # a file of five columns may hold questions of four options
    return Choice(question, options)


def check_options(options: Sequence[str]) -> Wrong | None:
    """Say whether options are missing, too many or empty."""
    if not FEWEST <= len(options) <= MOST:
        return Wrong("bad_options", f"{len(options)} options, expected {FEWEST} to {MOST}")
    if empty := [number for number, option in enumerate(options, 1) if not option.strip()]:
        return Wrong("bad_options", f"option {empty[0]} is empty")
    return None


def check_repeats(options: Sequence[str], right: int | None) -> Wrong | None:
    """Say which two options have the same text; with `right` given, only where the right one is among them.

    Case counts: Co is cobalt and CO is not.
    """
    plain = [" ".join(unicodedata.normalize("NFC", option).split()) for option in options]
    for number, option in enumerate(plain, 1):
        first = plain.index(option) + 1
        if first < number and (right is None or option == plain[right - 1]):
            return Wrong("bad_options", f"options {first} and {number} are the same: {option[:80]!r}")
    return None


def without_labels(options: Sequence[str]) -> list[str]:
    """Drop the labels when every option begins with its own."""
    for labels in LABELLED.values():
        pairs = list(zip(options, labels, strict=False))
        if len(pairs) == len(options) and all(o.lstrip().startswith(label) for o, label in pairs):
            return [option.lstrip()[len(label) :].strip() for option, label in pairs]
    return list(options)


def right_option(cell: str, options: Sequence[str], mapping: QuestionMapping) -> str | Wrong:
    """Return the right option's number from 1 as text."""
    if isinstance(mapping.options, dict):
        return _fixed_option(cell, mapping.options, mapping.answer)
    n = len(options)
    plain = unicodedata.normalize("NFKC", cell).strip()
    # ③ is a label, though it composes to 3
    number = re.fullmatch(r"(\d+)(?:\.0+)?", plain) if re.search(r"\d", cell) else None
    if number and mapping.first_answer == 0:
        index: int | None = int(number[1]) + 1
    else:
        index = read_answer(number[1] if number else cell, n, options)
    if index is not None and 1 <= index <= n:
        return str(index)
    first = mapping.first_answer
    hint = "; if the file counts options from 0, set columns.first_answer: 0" if plain == "0" else ""
    return Wrong(
        "bad_answer",
        f"column {mapping.answer!r}: expected {first} to {first + n - 1}, {LABELS[0]} to {LABELS[n - 1]}, A to "
        f"{'ABCDE'[n - 1]}, or the text of one of the {n} options, got {cell[:80]!r}{hint}",
    )


def _fixed_option(cell: str, options: Mapping[str, str], column: str) -> str | Wrong:
    """Return the number of the option that stands for a word; KoBEST's BoolQ has `True` and `TRUE` in one file."""
    words = [plain_word(word) for word in options.values()]
    if (word := plain_word(cell)) in words:
        return str(words.index(word) + 1)
    expected = ", ".join(map(repr, options.values()))
    return Wrong("bad_answer", f"column {column!r}: expected {expected}, got {cell[:80]!r}")
