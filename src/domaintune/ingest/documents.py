"""From a raw row to its documents, one a record or one a chunk of it, or to a reject with its reason."""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping
from typing import Any

from domaintune.core.records.document import Attribute, Document, Section
from domaintune.core.sections.sources import Chunking, Source
from domaintune.core.stage.files import content_id
from domaintune.ingest.document_formats import RawRow
from domaintune.ingest.fields import Clean, RowError, check_fields, is_placeholder, repair_fields
from domaintune.ingest.params import Ingest
from domaintune.ingest.spool import Seen
from domaintune.science.chunking import chunk_text
from domaintune.science.lost_characters import lost_letter


class Cleaner:
    """Turns the rows of one source into documents. It remembers ids, and counts repairs by kind and field."""

    def __init__(self, key: str, source: Source, settings: Ingest) -> None:
        self.key, self.source, self.settings = key, source, settings
        self.counts: Counter[str] = Counter()
        self.agencies: Counter[str] = Counter()
        self.chunks = self.cut_sentences = 0
        self._seen = Seen(key, source.columns.id if source.columns else None)

    def clean(self, row: RawRow) -> list[Document]:
        """Return the record's document or chunks, or refuse it. The first *usable* record of an id stays."""
        if (wanted := self.source.agency) is not None:
            self.agencies[found := row.agency.strip()] += 1
            if not _same(found, wanted):
                raise RowError("other_agency", f"agency {found!r}, wanted {wanted!r}")
        find_headings = self.source.chunks is not None and self.source.format != "texts"
        fields = repair_fields(row, find_headings=find_headings)
        check_fields(fields, self.settings)
        if len(row.licence) == 1:
            raise RowError("bad_licence", f"licence is {row.licence!r}, which is the name of none")
        text = content_id(fields.title, fields.text)
        name = self._seen.check(row.native_id or text, row.place, text, row.file)
        self.counts.update(f"repaired_{kind}" for kind in fields.repairs)
        self.counts["kept_with_inverted_question_mark"] += "¿" in fields.text and self.source.language == "en"
        self.counts["kept_with_lost_letter"] += lost_letter(fields.title) or lost_letter(fields.text)
        whole = self._document(name, row.licence or self.source.licence, fields)
        return self._chunks(whole, fields, self.source.chunks) if self.source.chunks else [whole]

    def _chunks(self, whole: Document, fields: Clean, limits: Chunking) -> list[Document]:
        """Return a document's chunks, numbered within their work; attribute `page` says on which each stands.

        Keywords and named sections belong to the whole work, and stay with its first chunk.
        """
        chunks, cut = chunk_text(
            fields.text, limits.max_tokens, limits.overlap_tokens, self.settings.min_chars
        )
        self.chunks += len(chunks)
        self.cut_sentences += cut
        documents = []
        for number, chunk in enumerate(chunks, 1):
            page = _pages_of(fields.pages, chunk.start, chunk.end)
            name = f"{whole.native_id}#{number}"
            changes: dict[str, Any] = {
                "id": content_id(self.key, name), "native_id": name, "text": chunk.text, "work": whole.native_id,
                "chunk": number, "chunks": len(chunks),
                "attributes": _attributes({**fields.attributes, "section": chunk.section, "page": page}),
            }  # fmt: skip
            only_first: dict[str, Any] = {"keywords": [], "sections": []} if number > 1 else {}
            documents.append(whole.model_copy(update=changes | only_first))
        return documents

    def _document(self, native_id: str, licence: str, fields: Clean) -> Document:
        """Return the record as one document; its attribute `pages` lists where each page begins in the text."""
        pages = {"pages": " ".join(map(str, fields.pages))}
        sections = sorted((name, text) for name, text in fields.sections.items() if not is_placeholder(text))
        return Document(
            id=content_id(self.key, native_id),
            source=self.key,
            native_id=native_id,
            language=self.source.language,
            title=fields.title,
            text=fields.text,
            keywords=fields.keywords,
            sections=[Section(name=name, text=text) for name, text in sections],
            attributes=_attributes(pages | fields.attributes),
            licence=licence,
            cluster="",
            split="",
        )


def _same(found: str, wanted: str) -> bool:
    """Tell whether a cell names the agency wanted, once or over and over (`A,A`); an agency can hold commas itself."""
    names, once = _names(found), _names(wanted)
    return names == once * max(1, len(names) // max(1, len(once)))


def _names(cell: str) -> list[str]:
    return [" ".join(name.split()) for name in re.split(r"[,;|]", cell.casefold()) if name.strip()]


def _attributes(values: Mapping[str, str]) -> list[Attribute]:
    return [Attribute(name=name, value=value) for name, value in sorted(values.items()) if value]


def _pages_of(starts: list[int], start: int, end: int) -> str:
    """Return the page, or first and last page, on which a stretch of text stands."""
    if not starts:
        return ""
    first, last = bisect_right(starts, start), bisect_right(starts, end - 1)
    return str(first) if first == last else f"{first}-{last}"
