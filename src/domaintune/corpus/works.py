"""Which rows are the same work: they share a link, a contract and phase, or title and text; chunks stay together."""

import re
from collections.abc import Iterable, Sequence

from domaintune.core.records.document import Document
from domaintune.core.stage.accounting import Reject
from domaintune.core.stage.files import content_id
from domaintune.science.matching import normalise

_PHASES = {"1": "i", "2": "ii", "3": "iii"}
_SAME = {"duplicate_link": "link ", "duplicate_contract": "contract ", "duplicate_text": "title and text"}
Key = tuple[str, str]
"""A reason to be the same work, and a value that only one work has."""


def group_works(documents: Sequence[Document]) -> list[list[Document]]:
    """Group documents into works, in order of first appearance; a document without chunks is a work of its own."""
    found: dict[str, list[Document]] = {}
    for document in documents:
        key = f"{document.source}\x1f{document.work}" if document.work else document.id
        found.setdefault(key, []).append(document)
    return list(found.values())


def remove_duplicates(documents: Sequence[Document]) -> tuple[list[Document], list[Reject]]:
    """Keep one row of each work, the one whose record is richest; no two kept rows share a key.

    Nothing is merged: the lost row stays in the rejects, and its detail names the kept one. Rows are taken
    richest first (then by source, native id), so their order in the input does not matter.
    """
    owners: dict[Key, Document] = {}
    kept, rejects = [], []
    for work in group_works(sorted(documents, key=_richest_first)):
        keys = list(work_keys(work))
        shared = next((key for key in keys if key in owners), None)
        if shared is None:
            kept += work
            owners.update(dict.fromkeys(keys, work[0]))
        else:
            kind, value = shared
            what = _SAME[kind] + (value if kind != "duplicate_text" else "")
            detail = (
                f"same {what} as {owners[shared].id} ({owners[shared].source}: {owners[shared].native_id})"
            )
            rejects += [lost(document, "duplicate", kind, detail) for document in work]
    return kept, rejects


def work_keys(work: Sequence[Document]) -> Iterable[Key]:
    """Yield a work's keys, the surest first. Its chunks have the keys of the whole.

    A work in chunks (its full text) is not another row of one without (its abstract). A contract number counts only
    with its phase (Phase II extensions keep the number of another phase) and only if it can be one: `N/A` stands in
    three quarters of the portal export's rows.
    """
    document = work[0]
    mark = "in chunks: " if document.work else ""
    if link := normalise(document.attribute("link") or ""):
        yield ("duplicate_link", mark + re.sub(r"^https?://(www\.)?|/+$", "", link))
    contract = re.sub(r"[\W_]", "", normalise(document.attribute("contract") or ""))
    phase = normalise(document.attribute("phase") or "").removeprefix("phase").strip()
    if len(contract) >= 6 and re.search(r"\d", contract) and phase:
        yield ("duplicate_contract", f"{mark}{contract} phase {_PHASES.get(phase, phase)}")
    texts = [normalise(chunk.text) for chunk in sorted(work, key=lambda one: one.chunk)]
    yield ("duplicate_text", content_id(normalise(document.title), *texts, length=32))


def lost(document: Document, kind: str, reason: str, detail: str) -> Reject:
    """Return the reject row of a document."""
    where = f"{document.source}: {document.native_id}"
    return Reject.of("corpus", document.id, reason, f"{where}: {detail}", document, kind=kind)


def _richest_first(document: Document) -> tuple[int, str, str, str]:
    sections = sum(bool(section.text.strip()) for section in document.sections)
    attributes = sum(bool(item.value.strip()) for item in document.attributes)
    filled = bool(document.title.strip()) + bool(document.keywords) + sections + attributes
    return -filled, document.source, document.native_id, document.id
