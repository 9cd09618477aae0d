"""Near copies of tested texts among trained ones, by an inverted index of hashed n-grams as one sparse matrix."""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt
import rensa
from scipy import sparse

from domaintune.core.sections.data import Contamination
from domaintune.science.matching import letters_of
from domaintune.science.near_duplicates import MIX, SHIFT, shingles
from domaintune.science.question_keys import Part

CHUNK = 256
"""Rows a product; a dense row of shared boilerplate against every target stays small."""
Grams = npt.NDArray[np.uint64]


def letter_codes(text: str) -> Grams:
    """Return a number for each character."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.uint64)


def ngrams(codes: Grams, n: int) -> Grams:
    """Return the hashes of all stretches of n codes, each once; a shorter text is one stretch, an empty one none."""
    if not codes.size:
        return codes
    # of 64 bits: two of a million different stretches collide with a probability below 1e-7
    n = min(n, codes.size)
    mixed = (codes + np.uint64(n)) * MIX
    mixed = (mixed ^ (mixed >> SHIFT)) * MIX
    hashes = np.zeros(codes.size - n + 1, dtype=np.uint64)
    for start in range(n):
        hashes = hashes * MIX + mixed[start : start + hashes.size]
    return np.unique(hashes ^ (hashes >> SHIFT))


class GramIndex:
    """Inverted index of the n-grams of all targets."""

    def __init__(self, targets: Sequence[Grams]) -> None:
        self.known: Grams = np.unique(np.concatenate([np.zeros(0, np.uint64), *targets]))
        self.sizes = np.array([grams.size for grams in targets], dtype=np.float32)
        columns = [np.searchsorted(self.known, grams) for grams in targets]
        self.matrix = _matrix(columns, self.known.size).T.tocsr()

    def overlaps(self, rows: Iterable[Grams], at_least: float) -> Iterator[tuple[int, int, float]]:
        """Yield row, target and the share (0–1) of its n-grams in the row, where it reaches `at_least` (above 0)."""
        remaining, first = iter(rows if self.known.size else ()), 0
        while chunk := [self._columns(grams) for grams in islice(remaining, CHUNK)]:
            yield from self._of(chunk, first, at_least)
            first += len(chunk)

    def _columns(self, grams: Grams) -> npt.NDArray[np.intp]:
        at = np.searchsorted(self.known, grams)
        at[at == self.known.size] = 0
        return np.asarray(at[self.known[at] == grams])

    def _of(
        self, chunk: list[npt.NDArray[np.intp]], first: int, at_least: float
    ) -> Iterator[tuple[int, int, float]]:
        shared = (_matrix(chunk, self.known.size) @ self.matrix).tocoo()
        shares = shared.data / self.sizes[shared.col]
        kept = np.flatnonzero(shares >= at_least - 1e-6)
        for i in kept[np.lexsort((shared.col[kept], shared.row[kept]))]:
            yield first + int(shared.row[i]), int(shared.col[i]), min(1.0, float(shares[i]))


def _matrix(rows: Sequence[npt.NDArray[np.intp]], width: int) -> sparse.csr_matrix:
    ends = np.cumsum([0, *map(len, rows)])
    columns = np.concatenate([np.zeros(0, np.intp), *rows])
    return sparse.csr_matrix((np.ones(len(columns), np.float32), columns, ends), shape=(len(rows), width))


class Stems:
    """Index of the stems of all targets."""

    def __init__(self, stems: Sequence[Part], korean: Sequence[bool], limits: Contamination) -> None:
        self.stems, self.korean, self.limits = stems, korean, limits
        sizes = [limits.jamo_ngram if own else limits.letter_ngram for own in korean]
        self._grams = [ngrams(letter_codes(stem.jamo), n) for stem, n in zip(stems, sizes, strict=True)]
        self._index = GramIndex(self._grams)
        self._least = min(limits.overlap, limits.jamo_overlap)

    def by_words(self, rows: Sequence[Part]) -> dict[tuple[int, int], float]:
        """Return by row and target the shares of stems' word n-grams that rows have, where they reach the limit."""
        known = {word: n for n, word in enumerate(sorted({w for stem in self.stems for w in stem.words}), 1)}
        lengths = _lengths({self.limits.ngram}, [len(stem.words) for stem in self.stems])

        def grams(part: Part, sizes: Iterable[int]) -> Grams:
            codes = np.array([known.get(word, 0) for word in part.words], dtype=np.uint64)
            return _of_all_lengths(codes, sizes)

        index = GramIndex([grams(stem, {self.limits.ngram}) for stem in self.stems])
        found = index.overlaps((grams(row, lengths) for row in rows), self.limits.overlap)
        return {(row, target): share for row, target, share in found}

    def by_letters(self, rows: Sequence[Part]) -> dict[tuple[int, int], float]:
        """Return the same of their n-grams of letters (Korean: of jamo)."""
        sizes = {self.limits.letter_ngram, self.limits.jamo_ngram}
        lengths = _lengths(sizes, [len(stem.jamo) for stem in self.stems])
        least = [self.limits.jamo_overlap if own else self.limits.overlap for own in self.korean]
        grams = (_of_all_lengths(letter_codes(row.jamo), lengths) for row in rows)
        found = self._index.overlaps(grams, self._least)
        return {(row, target): share for row, target, share in found if share >= least[target] - 1e-6}

    def siblings(self, target: int) -> list[int]:
        """Return the targets whose stems have half of what makes a hit: other questions of its template."""
        own = self.stems[target].key.text
        alike = self._index.overlaps([self._grams[target]], self._least / 2)
        return [other for _, other, _ in alike if self.stems[other].key.text != own]


def _lengths(sizes: set[int], stems: Sequence[int]) -> set[int]:
    """Return the lengths n-grams have: n, and the sizes of stems shorter than that, which are one n-gram."""
    return sizes | {size for size in stems if 0 < size < max(sizes)}


def _of_all_lengths(codes: Grams, lengths: Iterable[int]) -> Grams:
    return np.concatenate([ngrams(codes, n) for n in sorted(lengths)])


ALIKE = 0.8
"""Share (0–1) of a question's letter 4-grams, or a document's word 5-grams, that one training row or document has."""
LETTERS = 4


def nearly_copied(tested: Iterable[Grams], trained: Iterable[Grams]) -> set[int]:
    """Return the positions of what is tested of which one training text has at least ALIKE of the n-grams."""
    targets = list(tested)
    return {target for _, target, _ in GramIndex(targets).overlaps(trained, ALIKE)} if targets else set()


def letter_grams(parts: Iterable[str]) -> Grams:
    """Return the hashes of the letter 4-grams (Korean: of jamo) of a text's parts; none goes over their borders."""
    codes = (letter_codes(unicodedata.normalize("NFD", letters_of(part))) for part in parts)
    return np.unique(np.concatenate([np.zeros(0, dtype=np.uint64), *(ngrams(one, LETTERS) for one in codes)]))


def word_grams(texts: Iterable[str]) -> Iterator[Grams]:
    """Yield the hashes of each text's word 5-grams; the words of a few texts are in memory at a time."""
    remaining = iter(texts)
    while batch := [shingles(text) for text in islice(remaining, CHUNK)]:
        yield from (
            np.unique(np.asarray(one, dtype=np.uint64)) for one in rensa.RMinHash.hash_token_sets(batch)
        )


def near_copies_text(found: Mapping[str, Any] | None) -> str:
    """Say of how many tested questions and documents a near copy was trained on; empty where that was not measured."""
    if not found:
        return ""
    sets = [f"{name} {_of(one)}" for name, one in sorted(found["questions"].items())]
    share = f"at least {100 * found['alike']:g} %"
    parts = []
    if sets:
        parts.append(
            f"questions of which one training row has {share} of the letter {LETTERS}-grams: {', '.join(sets)}"
        )
    if (documents := found["documents"])["n"]:
        parts.append(
            f"test documents of which one training document has {share} of the word 5-grams: "
            f"{_of(documents)}; whose title a training document has: {documents['titles']}"
        )
    return f"Near copies of what is tested among what was trained on: {'; '.join(parts)}." if parts else ""


def _of(counted: Mapping[str, Any]) -> str:
    return f"{counted['near']} of {counted['n']} ({100 * counted['near'] / counted['n']:.1f} %)"
