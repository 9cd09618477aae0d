"""A record's fields: repaired, and checked for being usable."""

import re
from collections.abc import Collection, Mapping
from typing import NamedTuple

from domaintune.ingest.document_formats import RawRow
from domaintune.ingest.params import Ingest
from domaintune.science.lost_characters import lost_character
from domaintune.science.repair_text import Repaired, repair_line, repair_text
from domaintune.science.text_structure import isolate_lines

PLACEHOLDERS = {
    "", "n/a", "na", "none", "null", "nan", "nil", "tbd", "tba", "redacted", "not available", "unavailable",
    "not applicable", "no abstract", "no abstract available", "abstract not available", "abcd", "test",
    "not available not available",
}  # fmt: skip
"""What exports write where there is no text, in small letters without marks at the ends."""
MARKS = " \t\n.,;:!?-–—_*()[]\"'"
ENDS = ".!?:;。\"'”’)]"
"""What a page ends with when its last sentence does."""
LISTED = re.compile(r"^[ \t]*(?:[-*+•]|\d{1,2}[.)])[ \t]+\S|^#{1,6}[ \t]+\S", re.MULTILINE)
"""An item of a list, or a heading of Markdown; a text that has two holds Markdown."""


CANARY = re.compile(
    r"\bcanary[\s_]+(?:guid|string)\b[^\w\n]{1,5}[0-9a-f]{8}|\bbenchmark data should never appear in training",
    re.IGNORECASE,
)
"""What test sets are marked with, so that nobody trains on them (BIG-bench): the mark, not a text that speaks of it."""
BYTES = re.compile(r"\(\d+ bytes\)")
"""What stands in a cell that holds bytes, as of a picture."""


class RowError(Exception):
    """Why a row cannot be used: one word for the accounts, and what was seen, for a person."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(reason, detail)
        self.reason, self.detail = reason, detail


class Clean(NamedTuple):
    """A row's fields after repair."""

    title: str
    text: str
    keywords: list[str]
    sections: dict[str, str]
    attributes: dict[str, str]
    pages: list[int]
    """Where each page begins in `text`; empty where there are none."""
    repairs: frozenset[str]
    """Kinds of repair that were needed."""


def is_placeholder(text: str) -> bool:
    """Say whether a text only says that there is none."""
    return " ".join(text.casefold().split()).strip(MARKS) in PLACEHOLDERS


def repair_fields(row: RawRow, *, find_headings: bool) -> Clean:
    """Repair all fields; with `find_headings`, lines that are headings or list items stay apart."""
    done: set[str] = set()

    def take(repaired: Repaired) -> str:
        done.update(repaired.repairs)
        return repaired.text

    keywords = [take(repair_line(word)) for word in row.keywords]
    text, pages = "", list[int]()
    for page in row.pages:
        said = take(repair_text(page))
        if text and said:  # a sentence that goes on is joined by a space
            text += "\n\n" if text[-1] in ENDS or not said[0].islower() else " "
        pages.append(len(text))
        text += said
    if not row.pages:
        text = take(repair_text(_with_structure(row.text, find_headings)))
    return Clean(
        title=take(repair_line(row.title)),
        text=text,
        keywords=list(dict.fromkeys(word for word in keywords if not is_placeholder(word))),
        sections={
            name: take(repair_text(_with_structure(text, False))) for name, text in row.sections.items()
        },
        attributes={name: take(repair_line(value)) for name, value in row.attributes.items()},
        pages=pages,
        repairs=frozenset(done),
    )


def _with_structure(text: str, find_headings: bool) -> str:
    """Keep the items of a list apart, which Markdown in a cell may hold; with `find_headings` whatever has lines."""
    return isolate_lines(text) if find_headings or len(LISTED.findall(text)) > 1 else text


def check_marks(texts: Collection[str]) -> None:
    """Refuse a record of which a text bears the mark of a test set."""
    found = any("canary" in (low := text.lower()) or "benchmark data" in low for text in texts)
    if found and any(map(CANARY.search, texts)):
        raise RowError("test_set", "holds a canary string, which marks what must not be trained on")


def check_characters(fields: Mapping[str, str]) -> None:
    """Refuse a record of which a field has a character that stands for lost information."""
    for name, value in fields.items():
        if lost := lost_character(value):
            raise RowError("bad_encoding", f"{name}: {lost} stands for a lost character")


def check_fields(fields: Clean, settings: Ingest) -> None:
    """Refuse an unusable record by the first thing wrong with it."""
    title, text, length = fields.title, fields.text, len(fields.text)
    named = {"title": title, "text": text, "keywords": "; ".join(fields.keywords)}
    everything = named | fields.sections | fields.attributes
    check_characters(everything)
    check_marks(everything.values())
    if is_placeholder(text):
        raise RowError("placeholder", f"text is {text!r}")
    if is_placeholder(title):
        raise RowError("missing_field", f"title is {title!r}")
    if BYTES.fullmatch(text):
        raise RowError("not_text", f"the text is {text}")
    if "".join(text.casefold().split()).strip(MARKS) == "".join(title.casefold().split()).strip(MARKS):
        raise RowError("text_is_title", f"the text is the title again: {text[:80]!r}")
    if length < settings.min_chars:
        raise RowError("too_short", f"{length} characters, at least {settings.min_chars}")
    if length > settings.max_chars:
        raise RowError("too_long", f"{length} characters, at most {settings.max_chars}")
