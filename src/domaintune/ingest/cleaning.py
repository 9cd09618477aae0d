"""From a raw row to its documents, or to a reject with its reason."""

import re
from collections import Counter

from domaintune.core.records.document import Document
from domaintune.core.sections.sources import Source
from domaintune.core.stage.files import content_id
from domaintune.core.stage.reject import Reject
from domaintune.core.tables.cells import BrokenRow
from domaintune.ingest.fields import problem, repair_fields
from domaintune.ingest.making import Identity, make_document, make_parts
from domaintune.ingest.params import Ingest
from domaintune.ingest.raw import RawRow
from domaintune.ingest.rejecting import reject, reject_broken
from domaintune.ingest.seen import Seen, Twice
from domaintune.science.repair_text import lost_letter


class Cleaner:
    """Turns the rows of one source into documents. It remembers ids, and counts repairs by kind and field."""

    def __init__(self, key: str, source: Source, settings: Ingest) -> None:
        self.key, self.source, self.settings = key, source, settings
        self.repairs: Counter[str] = Counter()
        self.agencies: Counter[str] = Counter()
        self.cut_sentences = 0
        self._seen = Seen(key, source.columns.id if source.columns else None)

    def clean(self, row: RawRow | BrokenRow) -> list[Document] | Reject:
        """Return the record's document or chunks, or why there is none. The first *usable* record of an id stays."""
        if isinstance(row, BrokenRow):
            return reject_broken(self.key, row)
        if reason := self._other_agency(row):
            return self._reject(row, "other_agency", reason)
        find_headings = self.source.chunks is not None and self.source.format != "texts"
        fields = repair_fields(row, find_headings=find_headings)
        if wrong := problem(fields, self.settings):
            return self._reject(row, *wrong)
        text = content_id(fields.title, fields.text)
        native_id = row.native_id or text
        found = self._seen.check(native_id, row.place, text, row.file)
        if isinstance(found, Twice):
            return reject(self.key, row.place, row.values, found.reason, found.detail, kind=found.kind)
        self.repairs.update(f"repaired_{kind}" for kind in fields.repairs)
        self.repairs["kept_with_inverted_question_mark"] += (
            "¿" in fields.text and self.source.language == "en"
        )
        self.repairs["kept_with_lost_letter"] += lost_letter(fields.title) or lost_letter(fields.text)
        identity = Identity(self.key, found, self.source.language, row.licence or self.source.licence)
        if self.source.chunks is None:
            return [make_document(identity, fields)]
        parts = make_parts(identity, fields, self.source.chunks, self.settings.min_chars)
        self.cut_sentences += parts.cut_sentences
        return parts.documents

    def _other_agency(self, row: RawRow) -> str | None:
        wanted = self.source.agency
        if wanted is None:
            return None
        self.agencies[row.agency.strip()] += 1
        return None if _same(row.agency, wanted) else f"agency {row.agency.strip()!r}, wanted {wanted!r}"

    def _reject(self, row: RawRow, reason: str, detail: str) -> Reject:
        return reject(self.key, row.place, row.values, reason, detail)


def _same(found: str, wanted: str) -> bool:
    """Tell whether a cell names the agency wanted, once or over and over (`A,A`); an agency can hold commas itself."""
    names, once = _names(found), _names(wanted)
    return names == once * max(1, len(names) // max(1, len(once)))


def _names(cell: str) -> list[str]:
    return [" ".join(name.split()) for name in re.split(r"[,;|]", cell.casefold()) if name.strip()]
