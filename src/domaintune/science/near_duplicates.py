"""Near-duplicates: MinHash finds candidates, the exact Jaccard similarity of their n-grams decides."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import rensa

from domaintune.science.matching import normalise

NGRAM = 5
RECALL = 0.9999
SEED = 0x5EED  # of the hash family; not a result-shaping choice, because candidates are verified
TITLE_LETTERS = 15
"""Letters (jamo for Hangul) from which a title names one project: not `N/A`, `Not available`, `Composites`."""
_PHASE = re.compile(r"\bphase[\s-]*(?:i{1,3}|[123])(?:[\s-]?[ex])?\b|\b(?:sbir|sttr)\b")
_WORD = re.compile(r"\w+")


class Pair(NamedTuple):
    """Two positions in the given order, `first` < `second`, and their similarity."""

    first: int
    second: int
    similarity: float


def shingles(text: str) -> list[str]:
    """Return the word 5-grams of a text; a shorter text is one shingle of all its words."""
    found = _WORD.findall(normalise(text))
    return [" ".join(found[i : i + NGRAM]) for i in range(max(1, len(found) - NGRAM + 1))]


def jaccard(a: str, b: str) -> float:
    """Return the Jaccard similarity of two texts' word 5-grams."""
    first, second = set(shingles(a)), set(shingles(b))
    return len(first & second) / len(first | second)


def similar_pairs(texts: Sequence[str], similarity: float, permutations: int) -> list[Pair]:
    """Return all pairs of texts with at least this Jaccard similarity, sorted by position.

    A pair at the threshold is found with a probability of at least 0.9999 where the number of permutations
    allows it, a more similar one almost surely; a pair below it is never returned. Texts without a word are
    like nothing.

    Source: Broder 1997 (MinHash); Leskovec et al., Mining of Massive Datasets, section 3.4 (bands).
    """
    tokens = [shingles(text) for text in texts]
    return similar_sets([[] if found == [""] else found for found in tokens], similarity, permutations)


def similar_sets(
    tokens: Sequence[Collection[str]], similarity: float, permutations: int, recall: float = RECALL
) -> list[Pair]:
    """Return all pairs of sets as `similar_pairs` does; of those at the threshold, a share of `recall` at least."""
    rows = [index for index, found in enumerate(tokens) if found]
    hashes = [
        np.unique(np.asarray(values, dtype=np.uint64))
        for values in rensa.RMinHash.hash_token_sets([sorted(tokens[row]) for row in rows])
    ]
    pairs = []
    for a, b in _candidates(hashes, rows_a_band(similarity, permutations, recall), permutations):
        found = _jaccard(hashes[a], hashes[b])
        if found >= similarity:
            pairs.append(Pair(rows[a], rows[b], found))
    return sorted(pairs)


def title_key(title: str) -> str:
    """Return a title's words without the phase of the award; empty where it is too short to name a single project.

    Phase I and II of a project have other abstracts under one title, and what is asked about one is answered by the
    other.
    """
    words = re.findall(r"[^\W_]+", _PHASE.sub(" ", normalise(title)))
    letters = len(unicodedata.normalize("NFD", "".join(words)))
    return " ".join(words) if len(words) > 1 and letters >= TITLE_LETTERS else ""


def rows_a_band(similarity: float, permutations: int, recall: float = RECALL) -> int:
    """Return the most rows a band may have, so that few candidates need checking, at this recall."""
    divisors = [rows for rows in range(permutations, 1, -1) if permutations % rows == 0]
    return next((rows for rows in divisors if recall_at(similarity, permutations, rows) >= recall), 1)


def recall_at(similarity: float, permutations: int, rows: int) -> float:
    """Return the probability that two texts of this similarity agree in at least one whole band."""
    return float(1 - (1 - similarity**rows) ** (permutations // rows))


def _candidates(
    hashes: Sequence[npt.NDArray[np.uint64]], rows: int, permutations: int
) -> list[tuple[int, int]]:
    """Return pairs that agree in a band, each once: all with all, as a missed pair may leak into test."""
    matrix = rensa.RMinHash.digest_matrix_from_token_hash_sets(
        [values.tolist() for values in hashes], permutations, SEED
    )
    digests = np.asarray(matrix.to_rows(), dtype=np.uint64).reshape(len(hashes), permutations)
    pairs: set[tuple[int, int]] = set()
    for start in range(0, permutations, rows):
        buckets: dict[bytes, list[int]] = defaultdict(list)
        for index, band in enumerate(np.ascontiguousarray(digests[:, start : start + rows])):
            buckets[band.tobytes()].append(index)
        for members in buckets.values():
            pairs.update((a, b) for i, a in enumerate(members) for b in members[i + 1 :])
    return sorted(pairs)


def _jaccard(a: npt.NDArray[np.uint64], b: npt.NDArray[np.uint64]) -> float:
    shared = np.intersect1d(a, b, assume_unique=True).size
    return float(shared / (a.size + b.size - shared))
