"""From a raw row to a document, or to a reject with its reason."""

import json
from collections import Counter
from typing import NamedTuple

from domaintune.core.records.document import Attribute, Document, Section
from domaintune.core.records.reject import Reject
from domaintune.core.sections.sources import Source
from domaintune.core.stage.files import content_id
from domaintune.core.tables.cells import SHOWN, BrokenRow
from domaintune.ingest.params import Ingest
from domaintune.ingest.raw import RawRow
from domaintune.science.repair_text import Repaired, lost_character, repair_line, repair_text

PLACEHOLDERS = {
    "", "n/a", "na", "none", "null", "nan", "nil", "tbd", "tba", "redacted", "not available", "unavailable",
    "not applicable", "no abstract", "no abstract available", "abstract not available", "abcd", "test",
    "not available not available",
}  # fmt: skip
"""What exports write where there is no text, in small letters without marks at the ends."""
MARKS = " \t\n.,;:!?-–—_*()[]\"'"


class Clean(NamedTuple):
    """A row's fields after repair."""

    title: str
    text: str
    keywords: list[str]
    sections: dict[str, str]
    attributes: dict[str, str]


class Cleaner:
    """Turns the rows of one source into documents. It remembers ids, and counts repairs by kind and field."""

    def __init__(self, key: str, source: Source, settings: Ingest) -> None:
        self.key, self.source, self.settings = key, source, settings
        self.repairs: Counter[str] = Counter()
        self.agencies: Counter[str] = Counter()
        self._kept: set[str] = set()

    def clean(self, row: RawRow | BrokenRow) -> Document | Reject:
        """Return a document, or why there is none. The first *usable* record of an id stays."""
        if isinstance(row, BrokenRow):
            raw = json.dumps({"text": row.text}, ensure_ascii=False)[:SHOWN]
            return self._reject("rejected", row.reason, row.place, row.detail, raw)
        if reason := self._other_agency(row):
            return self._reject_row(row, "other_agency", reason)
        repaired = Counter[str]()
        fields = _repair(row, repaired)
        if problem := _problem(fields, self.settings):
            return self._reject_row(row, *problem)
        native_id = row.native_id or content_id(fields.title, fields.text)
        document_id = content_id(self.key, native_id)
        if document_id in self._kept:
            return self._reject_row(row, "duplicate_id", f"id {native_id!r} was kept before", "duplicate")
        self._kept.add(document_id)
        self.repairs += repaired
        self.repairs["kept_with_inverted_question_mark"] += (
            "¿" in fields.text and self.source.language == "en"
        )
        return _document(document_id, self.key, native_id, self.source, fields)

    def _other_agency(self, row: RawRow) -> str | None:
        wanted = self.source.agency
        if wanted is None:
            return None
        self.agencies[row.agency.strip()] += 1
        return None if _same(row.agency, wanted) else f"agency {row.agency.strip()!r}, wanted {wanted!r}"

    def _reject_row(self, row: RawRow, reason: str, detail: str, kind: str = "rejected") -> Reject:
        raw = json.dumps(dict(row.values), ensure_ascii=False)[:SHOWN]
        return self._reject(kind, reason, row.place, detail, raw)

    def _reject(self, kind: str, reason: str, place: str, detail: str, raw: str) -> Reject:
        """Name a lost row by its place in the file: its own id may be missing or taken."""
        return Reject.model_validate(
            {
                "id": content_id(self.key, place),
                "stage": "ingest",
                "kind": kind,
                "reason": reason,
                "detail": f"{place}: {detail}",
                "row": raw.encode("utf-8", "replace").decode("utf-8"),
            }
        )


def is_placeholder(text: str) -> bool:
    """Say whether a text only says that there is none."""
    return " ".join(text.casefold().split()).strip(MARKS) in PLACEHOLDERS


def _same(one: str, other: str) -> bool:
    return " ".join(one.casefold().split()) == " ".join(other.casefold().split())


def _repair(row: RawRow, counts: Counter[str]) -> Clean:
    """Repair all fields and count what was done: once a record and kind."""
    done: set[str] = set()

    def take(repaired: Repaired) -> str:
        done.update(repaired.repairs)
        return repaired.text

    keywords = [take(repair_line(word)) for word in row.keywords]
    fields = Clean(
        title=take(repair_line(row.title)),
        text=take(repair_text(row.text)),
        keywords=list(dict.fromkeys(word for word in keywords if not is_placeholder(word))),
        sections={name: take(repair_text(text)) for name, text in row.sections.items()},
        attributes={name: take(repair_line(value)) for name, value in row.attributes.items()},
    )
    counts.update(f"repaired_{kind}" for kind in done)
    return fields


def _problem(fields: Clean, settings: Ingest) -> tuple[str, str] | None:
    """Return reason and detail of the first thing wrong with a record."""
    everything = {
        "title": fields.title,
        "text": fields.text,
        "keywords": "; ".join(fields.keywords),
        **fields.sections,
        **fields.attributes,
    }
    for name, value in everything.items():
        if lost := lost_character(value):
            return "bad_encoding", f"{name}: {lost} stands for a lost character"
    if is_placeholder(fields.text):
        return "placeholder", f"text is {fields.text!r}"
    if is_placeholder(fields.title):
        return "missing_field", f"title is {fields.title!r}"
    if len(fields.text) < settings.min_chars:
        return "too_short", f"{len(fields.text)} characters, at least {settings.min_chars}"
    if len(fields.text) > settings.max_chars:
        return "too_long", f"{len(fields.text)} characters, at most {settings.max_chars}"
    return None


def _document(document_id: str, key: str, native_id: str, source: Source, fields: Clean) -> Document:
    return Document(
        id=document_id,
        source=key,
        native_id=native_id,
        language=source.language,
        title=fields.title,
        text=fields.text,
        keywords=fields.keywords,
        sections=[
            Section(name=name, text=text)
            for name, text in sorted(fields.sections.items())
            if not is_placeholder(text)
        ],
        attributes=[Attribute(name=name, value=value) for name, value in sorted(fields.attributes.items())],
        licence=source.licence,
        cluster="",
        split="",
    )
