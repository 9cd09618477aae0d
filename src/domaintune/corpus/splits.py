"""Clusters of near-duplicates and namesakes and their splits, so that nothing in test was also seen in training.

Why the oldest record leads: a split must be a function of the documents alone, so that two clones agree, and
adding a document should move no other. Both at once, for every conceivable document, is impossible while
near-duplicates share a split (docs/decisions/0002-splits.md). Documents are therefore taken in the order in
which they came into the world; each looks back only, so one that comes later than its near-duplicates can
move none of them.
"""

import re
from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from domaintune.core.records.document import Document
from domaintune.core.seeds import unit_interval
from domaintune.core.stage.accounting import Reject
from domaintune.core.stage.files import content_id
from domaintune.corpus.params import CorpusParams
from domaintune.corpus.works import group_works, lost
from domaintune.science.near_duplicates import NearDuplicates, title_key, word_sets

MOST_NAMESAKES = 8
"""Works of one title that are held together; of real awards at most 4 share one, and more make it a heading."""

SPLITS = ("train", "validation", "test")


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
            rejects += [
                lost(document, "contaminated", "between_splits", f"{detail} into a test") for document in work
            ]
            continue
        placed[index] = placed[neighbours[0]] if neighbours else _first_of_cluster(work[0], params, seed)
        cluster, split = placed[index]
        splits[rows] = SPLITS.index(split)
        kept += [document.model_copy(update={"cluster": cluster, "split": split}) for document in work]
    return kept, rejects


def _first_of_cluster(document: Document, params: CorpusParams, seed: int) -> tuple[str, str]:
    """Start a cluster. A work in chunks names it as it would without: by its own id, not by a chunk's."""
    cluster = content_id(document.source, document.work) if document.work else document.id
    return cluster, choose_split(work_id(document), params, seed)


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
    return [
        (0, len(part), part) if full.isdecimal() else (1, 0, part)
        for full, part in zip(parts, plain, strict=True)
    ]


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
