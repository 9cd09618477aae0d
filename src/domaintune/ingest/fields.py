"""A record's fields: repaired, and checked for being usable."""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from domaintune.core.stage.accounting import Loss
from domaintune.ingest.document_formats import RawRow
from domaintune.ingest.params import Ingest
from domaintune.science.repair_text import Repaired, lost_character, repair_line, repair_text
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


def marked(texts: Collection[str]) -> Loss | None:
    """Return the loss of a record of which a text bears the mark of a test set, or None."""
    found = any("canary" in (low := text.lower()) or "benchmark data" in low for text in texts)
    found = found and any(map(CANARY.search, texts))
    return (
        Loss("test_set", "holds a canary string, which marks what must not be trained on") if found else None
    )


def lost_in(fields: Mapping[str, str]) -> str | None:
    """Say which field has a character that stands for lost information, or None."""
    for name, value in fields.items():
        if lost := lost_character(value):
            return f"{name}: {lost} stands for a lost character"
    return None


def problem(fields: Clean, settings: Ingest) -> Loss | None:
    """Return the first thing wrong with a record."""
    return next(_faults(fields, settings), None)


def _faults(fields: Clean, settings: Ingest) -> Iterator[Loss]:
    title, text, length = fields.title, fields.text, len(fields.text)
    everything = {
        "title": title,
        "text": text,
        "keywords": "; ".join(fields.keywords),
        **fields.sections,
        **fields.attributes,
    }
    if lost := lost_in(everything):
        yield Loss("bad_encoding", lost)
    if held_out := marked(everything.values()):
        yield held_out
    if is_placeholder(text):
        yield Loss("placeholder", f"text is {text!r}")
    if is_placeholder(title):
        yield Loss("missing_field", f"title is {title!r}")
    if BYTES.fullmatch(text):
        yield Loss("not_text", f"the text is {text}")
    if _bare(text) == _bare(title):
        yield Loss("text_is_title", f"the text is the title again: {text[:80]!r}")
    if length < settings.min_chars:
        yield Loss("too_short", f"{length} characters, at least {settings.min_chars}")
    if length > settings.max_chars:
        yield Loss("too_long", f"{length} characters, at most {settings.max_chars}")


def _bare(text: str) -> str:
    """Return a text as it is compared with its title: without spaces, case, or marks at its ends."""
    return "".join(text.casefold().split()).strip(MARKS)
