"""Documents: which are the same work, which works are alike, and the split of each such cluster.

Rows are one work that share a link, a contract and phase, or title and text; the chunks of a work stay together.
Near-duplicates and namesakes share a cluster, and a cluster a split, so that nothing in test was also seen in training.
Documents are taken oldest first and each looks back only, so that a new one moves none of them. Why:
docs/decisions/0002-splits.md.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np

from domaintune.core.records.document import Document
from domaintune.core.seeds import unit_interval
from domaintune.core.stage.accounting import Reject
from domaintune.core.stage.files import content_id
from domaintune.corpus.params import CorpusParams
from domaintune.science.matching import normalise
from domaintune.science.near_duplicates import NearDuplicates, title_key, word_sets

MOST_NAMESAKES = 8
"""Works of one title that are held together; of real awards at most 4 share one, and more make it a heading."""

SPLITS = ("train", "validation", "test")
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
    """Keep one row of each work, the one whose record is richest; no two kept rows share a key, nothing is merged."""
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
            owner = owners[shared]
            detail = f"same {what} as {owner.id} ({owner.source}: {owner.native_id})"
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


def split_documents(
    documents: Sequence[Document], params: CorpusParams, seed: int
) -> tuple[list[Document], list[Reject]]:
    """Give each document its cluster and split; lose the few that resemble documents of two splits."""
    ordered = group_works(sorted(documents, key=age))
    sizes = [len(work) for work in ordered]
    works = np.repeat(np.arange(len(ordered)), sizes)
    ends = np.cumsum(sizes, dtype=np.int64)
    texts = (f"{document.title}\n{document.text}" for work in ordered for document in work)
    near = NearDuplicates(word_sets(texts), params.similarity, params.permutations)
    splits = np.full(len(works), -1)
    namesakes = _earlier_namesakes([work[0].title for work in ordered])
    placed: dict[int, tuple[str, str]] = {}  # of a work, its cluster and split
    kept, rejects = [], []
    for index, work in enumerate(ordered):
        rows = range(ends[index] - len(work), ends[index])
        alike = {int(works[first]) for row in rows for first in near.first_alike(row, splits).values()}
        neighbours = sorted(alike.union(name for name in namesakes.get(index, ()) if name in placed))
        if len({placed[neighbour][1] for neighbour in neighbours}) > 1:
            names = ", ".join(ordered[neighbour][0].id for neighbour in neighbours[:5])
            detail = f"near-duplicate or namesake of documents of different splits ({names}), so that it would leak"
            rejects += [lost(one, "contaminated", "between_splits", f"{detail} into a test") for one in work]
            continue
        first = work[0]  # a work in chunks names its cluster as it would without, not by a chunk's id
        own = content_id(first.source, first.work) if first.work else first.id
        alone = own, choose_split(work_id(first), params, seed)
        cluster, split = placed[index] = placed[neighbours[0]] if neighbours else alone
        splits[rows] = SPLITS.index(split)
        kept += [document.model_copy(update={"cluster": cluster, "split": split}) for document in work]
    return kept, rejects


def choose_split(name: str, params: CorpusParams, seed: int) -> str:
    """Return the bucket of sha256(seed, name); for a work by its id, which is the same in every source."""
    position = unit_interval(seed, "split", name)
    if position < params.test_fraction:
        return "test"
    return "validation" if position < params.test_fraction + params.validation_fraction else "train"


def work_id(document: Document) -> str:
    """Return what names the work in every export: its link, or else the record's own id."""
    return document.attribute("link") or document.work or document.native_id


def age(document: Document) -> tuple[tuple[int, int], list[tuple[int, int, str]], str]:
    """Return a sort key, oldest first: year (none: last), the work's id with its numbers by value, id."""
    year = re.search(r"\d{4}", document.attribute("year") or "")
    return (0, int(year.group())) if year else (1, 0), _natural(work_id(document)), document.id


def _natural(text: str) -> list[tuple[int, int, str]]:
    """Split into words and numbers; of two numbers without leading zeros the one with more digits is larger."""
    parts = re.split(r"(\d+)", text)
    plain = [part.lstrip("0") if part.isdecimal() else part for part in parts]
    pairs = zip(parts, plain, strict=True)
    return [(0, len(part), part) if full.isdecimal() else (1, 0, part) for full, part in pairs]


def _earlier_namesakes(titles: Sequence[str]) -> dict[int, list[int]]:
    """Return of each work the earlier ones with its title; a title that many have had before tells nothing."""
    known: dict[str, list[int]] = defaultdict(list)
    found = {}
    for index, title in enumerate(titles):
        if key := title_key(title):
            if 0 < len(known[key]) < MOST_NAMESAKES:
                found[index] = known[key].copy()
            known[key].append(index)
    return found
