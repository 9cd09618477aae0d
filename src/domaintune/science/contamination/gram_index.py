"""Which of many targets' n-grams occur in a text: an inverted index as one sparse matrix."""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

import numpy as np
from scipy import sparse

CHUNK = 256
"""Rows a product; a dense row of shared boilerplate against every target stays small."""


class Overlap(NamedTuple):
    """A row, a target, and the share of the target's n-grams that occur in the row, 0–1."""

    row: int
    target: int
    share: float


class GramIndex:
    """n-grams of all targets, ready to be met by rows."""

    def __init__(self, targets: Sequence[AbstractSet[Hashable]]) -> None:
        self.columns: dict[Hashable, int] = {}
        for grams in targets:
            for gram in grams:
                self.columns.setdefault(gram, len(self.columns))
        self.sizes = np.array([len(grams) for grams in targets], dtype=np.float32)
        self.matrix = _matrix(
            [[self.columns[g] for g in grams] for grams in targets], len(self.columns)
        ).T.tocsr()

    def overlaps(self, rows: Iterable[AbstractSet[Hashable]], at_least: float) -> Iterator[Overlap]:
        """Yield the pairs whose overlap reaches `at_least` (above 0), by row and target."""
        chunk: list[list[int]] = []
        first = 0
        for grams in rows:
            chunk.append([self.columns[g] for g in grams if g in self.columns])
            if len(chunk) == CHUNK:
                yield from self._of(chunk, first, at_least)
                first, chunk = first + CHUNK, []
        yield from self._of(chunk, first, at_least)

    def _of(self, chunk: list[list[int]], first: int, at_least: float) -> Iterator[Overlap]:
        if not chunk or not self.columns:
            return
        shared = (_matrix(chunk, len(self.columns)) @ self.matrix).tocoo()
        shares = shared.data / self.sizes[shared.col]
        kept = np.flatnonzero(shares >= at_least - 1e-6)
        for i in kept[np.lexsort((shared.col[kept], shared.row[kept]))]:
            yield Overlap(first + int(shared.row[i]), int(shared.col[i]), min(1.0, float(shares[i])))


def _matrix(rows: Sequence[Sequence[int]], width: int) -> sparse.csr_matrix:
    ends = np.cumsum([0, *map(len, rows)])
    columns = np.fromiter((c for row in rows for c in row), dtype=np.int64, count=int(ends[-1]))
    return sparse.csr_matrix((np.ones(len(columns), np.float32), columns, ends), shape=(len(rows), width))
