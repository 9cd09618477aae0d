"""Documents from clean fields: one a record, or one a chunk of it."""

from bisect import bisect_right
from collections.abc import Mapping
from typing import NamedTuple

from domaintune.core.records.document import Attribute, Document, Section
from domaintune.core.sections.sources import Chunking
from domaintune.core.stage.files import content_id
from domaintune.ingest.fields import Clean, is_placeholder
from domaintune.science.chunking import chunk_text


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
