"""From a raw row to its documents, one a record or one a chunk of it, or to a reject with its reason."""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from domaintune.core.records.document import Attribute, Document, Section
from domaintune.core.sections.sources import Chunking, Source
from domaintune.core.stage.accounting import Loss, Reject
from domaintune.core.stage.files import content_id
from domaintune.core.tables.cells import BrokenRow
from domaintune.ingest.document_formats import RawRow
from domaintune.ingest.fields import Clean, is_placeholder, problem, reject, reject_broken, repair_fields
from domaintune.ingest.params import Ingest
from domaintune.ingest.spool import Seen
from domaintune.science.chunking import chunk_text
from domaintune.science.repair_text import lost_letter


class Identity(NamedTuple):
    """What a record's documents have in common."""

    key: str
    native_id: str
    language: str
    licence: str


class Parts(NamedTuple):
    """The chunks of a record."""

    documents: list[Document]
    cut_sentences: int


def make_document(identity: Identity, fields: Clean) -> Document:
    """Return the record as one document; attribute `pages` lists where each page begins in the text."""
    attributes = dict(fields.attributes)
    if fields.pages:
        attributes["pages"] = " ".join(map(str, fields.pages))
    return _document(identity, identity.native_id, fields, fields.text, attributes, whole=True)


def make_parts(identity: Identity, fields: Clean, chunking: Chunking, min_chars: int) -> Parts:
    """Return the record's chunks, numbered within their work: attributes `section`, and `page` where there are pages.

    Keywords and named sections belong to the whole work, and stay with its first chunk.
    """
    cut = chunk_text(fields.text, chunking.max_tokens, chunking.overlap_tokens, min_chars)
    documents = []
    for number, chunk in enumerate(cut.chunks, 1):
        attributes = {
            **fields.attributes,
            "section": chunk.section,
            "page": _pages_of(fields.pages, chunk.start, chunk.end),
        }
        present = {name: value for name, value in attributes.items() if value}
        native_id = f"{identity.native_id}#{number}"
        document = _document(identity, native_id, fields, chunk.text, present, whole=number == 1)
        place = {"work": identity.native_id, "chunk": number, "chunks": len(cut.chunks)}
        documents.append(document.model_copy(update=place))
    return Parts(documents, cut.cut_sentences)


def _pages_of(starts: list[int], start: int, end: int) -> str:
    """Return the page, or first and last page, on which a stretch of text stands."""
    if not starts:
        return ""
    first, last = bisect_right(starts, start), bisect_right(starts, end - 1)
    return str(first) if first == last else f"{first}-{last}"


def _document(
    identity: Identity,
    native_id: str,
    fields: Clean,
    text: str,
    attributes: Mapping[str, str],
    *,
    whole: bool,
) -> Document:
    return Document(
        id=content_id(identity.key, native_id),
        source=identity.key,
        native_id=native_id,
        language=identity.language,
        title=fields.title,
        text=text,
        keywords=fields.keywords if whole else [],
        sections=[
            Section(name=name, text=text)
            for name, text in sorted(fields.sections.items())
            if whole and not is_placeholder(text)
        ],
        attributes=[Attribute(name=name, value=value) for name, value in sorted(attributes.items())],
        licence=identity.licence,
        cluster="",
        split="",
    )


class Cleaner:
    """Turns the rows of one source into documents. It remembers ids, and counts repairs by kind and field."""

    def __init__(self, key: str, source: Source, settings: Ingest) -> None:
        self.key, self.source, self.settings = key, source, settings
        self.counts: Counter[str] = Counter()
        self.agencies: Counter[str] = Counter()
        self.chunks = self.cut_sentences = 0
        self._seen = Seen(key, source.columns.id if source.columns else None)

    def clean(self, row: RawRow | BrokenRow) -> list[Document] | Reject:
        """Return the record's document or chunks, or why there is none. The first *usable* record of an id stays."""
        if isinstance(row, BrokenRow):
            return reject_broken(self.key, row)
        if reason := self._other_agency(row):
            return reject(self.key, row.place, row.values, Loss("other_agency", reason))
        find_headings = self.source.chunks is not None and self.source.format != "texts"
        fields = repair_fields(row, find_headings=find_headings)
        if wrong := problem(fields, self.settings):
            return reject(self.key, row.place, row.values, wrong)
        text = content_id(fields.title, fields.text)
        native_id = row.native_id or text
        found = self._seen.check(native_id, row.place, text, row.file)
        if isinstance(found, Loss):
            return reject(self.key, row.place, row.values, found)
        self.counts.update(f"repaired_{kind}" for kind in fields.repairs)
        self.counts["kept_with_inverted_question_mark"] += "¿" in fields.text and self.source.language == "en"
        self.counts["kept_with_lost_letter"] += lost_letter(fields.title) or lost_letter(fields.text)
        identity = Identity(self.key, found, self.source.language, row.licence or self.source.licence)
        if self.source.chunks is None:
            return [make_document(identity, fields)]
        parts = make_parts(identity, fields, self.source.chunks, self.settings.min_chars)
        self.chunks += len(parts.documents)
        self.cut_sentences += parts.cut_sentences
        return parts.documents

    def _other_agency(self, row: RawRow) -> str | None:
        wanted = self.source.agency
        if wanted is None:
            return None
        self.agencies[row.agency.strip()] += 1
        return None if _same(row.agency, wanted) else f"agency {row.agency.strip()!r}, wanted {wanted!r}"


def _same(found: str, wanted: str) -> bool:
    """Tell whether a cell names the agency wanted, once or over and over (`A,A`); an agency can hold commas itself."""
    names, once = _names(found), _names(wanted)
    return names == once * max(1, len(names) // max(1, len(once)))


def _names(cell: str) -> list[str]:
    return [" ".join(name.split()) for name in re.split(r"[,;|]", cell.casefold()) if name.strip()]
