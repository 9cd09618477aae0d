"""Near-duplicates: MinHash finds candidates, the exact Jaccard similarity of their n-grams decides.

Texts are taken in order and each looks back, for one near-duplicate of each label (split, cluster) that the caller
gave earlier texts. So n copies of one text cost n comparisons instead of n² / 2, and no list of pairs is kept.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from itertools import islice

import numpy as np
import numpy.typing as npt
import rensa

from domaintune.science.matching import normalise

NGRAM = 5
RECALL = 0.9999
SEED = 0x5EED  # of the hash family; not a result-shaping choice, because candidates are verified
TITLE_LETTERS = 15
"""Letters (jamo for Hangul) from which a title names one project: not `N/A`, `Not available`, `Composites`."""
BATCH = 1024  # texts hashed, or compared with one text, at once: bounds memory
FEW = 32  # candidates that are compared without a look at their bitmaps
MIX, SHIFT = np.uint64(0x9E3779B97F4A7C15), np.uint64(29)
_PHASE = re.compile(r"\bphase[\s-]*(?:i{1,3}|[123])(?:[\s-]?[ex])?\b|\b(?:sbir|sttr)\b")
_WORD = re.compile(r"\w+")
Rows = npt.NDArray[np.int64]


def shingles(text: str) -> list[str]:
    """Return the word 5-grams of a text; a shorter text is one shingle of all its words."""
    found = _WORD.findall(normalise(text))
    return [" ".join(found[i : i + NGRAM]) for i in range(max(1, len(found) - NGRAM + 1))]


def word_sets(texts: Iterable[str]) -> Iterator[list[str]]:
    """Yield the word 5-grams of each text, none for a text without a word: it is like nothing."""
    return ([] if found == [""] else found for found in map(shingles, texts))


def title_key(title: str) -> str:
    """Return a title's words without the phase of the award; empty where it is too short to name a single project."""
    # the phases have other abstracts, and what is asked about one is answered by the other
    words = re.findall(r"[^\W_]+", _PHASE.sub(" ", normalise(title)))
    letters = len(unicodedata.normalize("NFD", "".join(words)))
    return " ".join(words) if len(words) > 1 and letters >= TITLE_LETTERS else ""


def rows_a_band(similarity: float, permutations: int, recall: float = RECALL) -> int:
    """Return the most rows a band may have so that two such texts agree in one with a probability of `recall`."""
    for rows in range(permutations, 1, -1):
        bands, rest = divmod(permutations, rows)
        if not rest and 1 - (1 - similarity**rows) ** bands >= recall:
            return rows
    return 1


class NearDuplicates:
    """Sets of n-grams, each of which can be asked for the earlier ones of at least a given Jaccard similarity.

    One at the threshold is found with a probability of `recall` at least where the number of permutations allows it,
    a more similar one almost surely; one below it never. An empty set is like nothing.

    Source: Broder 1997 (MinHash); Leskovec et al., Mining of Massive Datasets, section 3.4 (bands).
    """

    def __init__(
        self, sets: Iterable[Collection[str]], similarity: float, permutations: int, recall: float = RECALL
    ) -> None:
        self._similarity = similarity
        rows = rows_a_band(similarity, permutations, recall)
        self._hashes: list[npt.NDArray[np.uint64]] = []
        digests = [np.zeros((0, permutations), dtype=np.uint32)]
        remaining = iter(sets)
        while batch := [list(found) for found in islice(remaining, BATCH)]:
            hashed = rensa.RMinHash.hash_token_sets(batch)
            self._hashes += [np.unique(np.asarray(values, dtype=np.uint64)) for values in hashed]
            matrix = rensa.RMinHash.digest_matrix_from_token_hash_sets(hashed, permutations, SEED)
            digests.append(np.asarray(matrix.to_rows(), dtype=np.uint32).reshape(len(batch), permutations))
        self._sizes = np.array([values.size for values in self._hashes], dtype=np.int64)
        self._bitmaps = _bitmaps(self._hashes)
        bands = np.split(np.concatenate(digests), permutations // rows, axis=1)
        self._buckets = [_Buckets(band) for band in bands]
        none = np.zeros(len(self._hashes), dtype=np.int64)
        self._in_buckets = sum((band.earlier for band in self._buckets), none)

    def first_alike(self, row: int, labels: Rows) -> dict[int, int]:
        """Return of each label the first earlier row that has it and is alike; a negative label is none.

        Once a label is found its other rows are not looked at. Where nothing is found after the first try, bitmaps
        rule out most of what is not alike.
        """
        found: dict[int, int] = {}
        rest = self._candidates(row)
        rest = rest[(labels[rest] >= 0) & (self._sizes[rest] > 0)]
        tries = 1
        while rest.size:
            head, rest = rest[:tries], rest[tries:]
            for near in head[self._alike(row, head)].tolist():
                found.setdefault(int(labels[near]), near)
            rest = rest[np.isin(labels[rest], list(found), invert=True)] if found else rest
            rest = self._possible(row, rest) if tries == 1 and rest.size > FEW else rest
            tries = min(4 * tries, BATCH)
        return found

    def _candidates(self, row: int) -> Rows:
        """Return the earlier rows that agree in a band; all earlier ones where the buckets hold more than these."""
        if not self._in_buckets[row] or not self._sizes[row]:
            return np.zeros(0, dtype=np.int64)
        if self._in_buckets[row] >= row:
            return np.arange(row)
        shared = [band.before(row) for band in self._buckets if band.earlier[row]]
        return np.unique(np.concatenate(shared)).astype(np.int64)

    def _possible(self, row: int, others: Rows) -> Rows:
        """Return the rows whose bitmaps do not rule them out.

        Sets that differ in d elements have bitmaps that differ in at most d bits.
        Source: Sandes et al. 2020, Bitmap filter: speeding up exact set similarity joins with bitwise operations.
        """
        near_all = 2 * others.size > row  # one run of memory is faster than many places in it
        where = slice(row) if near_all else others
        differing = np.zeros(row if near_all else others.size, dtype=np.uint16)
        for word in self._bitmaps:
            differing += np.bitwise_count(word[where] ^ word[row])
        total = self._sizes[where] + self._sizes[row]
        possible = (total - differing) / (total + differing) >= self._similarity
        rows: Rows = others[possible[others] if near_all else possible]
        return rows

    def _alike(self, row: int, others: Rows) -> npt.NDArray[np.bool_]:
        own, sizes = self._hashes[row], self._sizes[others]
        theirs = np.concatenate([self._hashes[other] for other in others])
        shared = own[np.minimum(np.searchsorted(own, theirs), own.size - 1)] == theirs
        count = np.add.reduceat(shared, np.cumsum(sizes) - sizes, dtype=np.int64)
        return np.asarray(count / (own.size + sizes - count) >= self._similarity)


class _Buckets:
    """The rows by their values in one band; `earlier` counts the rows before each in its bucket."""

    def __init__(self, band: npt.NDArray[np.uint32]) -> None:
        key = np.zeros(len(band), dtype=np.uint64)
        for column in band.T:  # two keys that meet by chance only add a candidate
            key = (key ^ column) * MIX
            key ^= key >> SHIFT
        self._order = np.argsort(key, kind="stable").astype(np.int32)
        place = np.arange(len(band), dtype=np.int32)
        starts = np.ones(len(band), dtype=bool)
        starts[1:] = np.diff(key[self._order]) != 0
        self._place = np.empty_like(place)
        self._place[self._order] = place
        self.earlier = np.empty_like(place)
        self.earlier[self._order] = place - np.maximum.accumulate(np.where(starts, place, 0))

    def before(self, row: int) -> npt.NDArray[np.int32]:
        place = self._place[row]
        return self._order[place - self.earlier[row] : place]


def _bitmaps(hashes: list[npt.NDArray[np.uint64]]) -> npt.NDArray[np.uint64]:
    """Return the words of all sets' bitmaps, word by word: a bit is the parity of the elements that fall on it."""
    # about four bits an element, so that few of two sets' differing elements fall on the same one
    mean = sum(values.size for values in hashes) // max(1, len(hashes))
    bits = 1 << min(15, max(6, (4 * mean).bit_length()))
    words = np.zeros((len(hashes), bits // 64), dtype=np.uint64)
    for row, values in enumerate(hashes):
        parity = np.bincount((values & np.uint64(bits - 1)).astype(np.int64), minlength=bits) & 1
        words[row] = np.packbits(parity.astype(bool)).view(np.uint64)
    return np.ascontiguousarray(words.T)
