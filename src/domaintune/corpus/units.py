"""Works made of chunks: the chunks of a long document stay together, whatever happens to it."""

from collections.abc import Sequence

from domaintune.core.records.document import Document


def work_key(document: Document) -> str:
    """Return what all chunks of a work have in common, and no other document has."""
    work = document.attribute("work")
    return f"{document.source}\x1f{work}" if work and document.attribute("chunk") else document.id


def units(documents: Sequence[Document]) -> list[list[Document]]:
    """Group documents into works, in order of first appearance; a document without chunks is a work of its own."""
    found: dict[str, list[Document]] = {}
    for document in documents:
        found.setdefault(work_key(document), []).append(document)
    return list(found.values())


def in_order(chunks: Sequence[Document]) -> list[Document]:
    """Sort the chunks of a work by their number."""
    return sorted(chunks, key=lambda document: int((document.attribute("chunk") or "0").split("/")[0]))
