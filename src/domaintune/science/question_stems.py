"""The stems of all targets: how much of each a row has, by words and by letters, and what tells them apart."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from domaintune.science.near_copies import GramIndex, Grams, letter_codes, ngrams
from domaintune.science.question_keys import UNITS, Part, tokens

_NAME = re.compile(r"[A-Za-z]*[A-Z][A-Za-z0-9]*")
_STARTS = re.compile(r"(?:^|[.?!:;\"'“(]\s*)\W*([^\W_]+)")
HANGUL = re.compile(r"[가-힣]{2,}$")


def names_of(text: str, *, korean: bool) -> frozenset[str]:
    """Return the words with a capital letter that does not come from where they stand: names and formulas.

    A word that begins a sentence may owe its capital to that, unless it has another one (NaCl); in Korean text no
    word does. A text in capitals, or in title case, has none.
    """
    first = frozenset() if korean else frozenset(match.group(1) for match in _STARTS.finditer(text))
    found = [word for word in _NAME.findall(text) if word not in first or sum(map(str.isupper, word)) > 1]
    if not korean and 2 * len(found) > len(text.split()):
        return frozenset()
    return frozenset(
        token for word in found for token in tokens(word) if len(token) > 1 and token not in UNITS
    )


def blanks(stem: Part, siblings: Sequence[Part]) -> frozenset[str]:
    """Return the words of a stem that a sibling lacks: what fills the blanks. Numbers are told elsewhere."""
    words = {word for word in stem.words if word not in UNITS and not any(map(str.isdecimal, word))}
    words -= words.intersection(*(other.words for other in siblings))
    return frozenset(word for word in words if not all(_has(other, word) for other in siblings))


def holds_words(row: Part, words: frozenset[str]) -> bool:
    """Say whether a row has all of these words."""
    return all(_has(row, word) for word in words)


def _has(text: Part, word: str) -> bool:
    """Say whether a text has a word; a Korean one of three syllables or more also with another particle."""
    if not HANGUL.match(word):
        return text.key.holds(word)
    return (word[:-1] if len(word) > 2 else word) in text.key.text


Shares = dict[tuple[int, int], float]
"""By row and target, of the target's n-grams, 0–1; only those that reach the limit."""


class Limits(NamedTuple):
    """When a row holds a question; `curate.contamination` of params.yaml says what each is. Shares are 0–1."""

    ngram: int
    overlap: float
    letter_ngram: int
    jamo_ngram: int
    jamo_overlap: float
    min_chars: int
    answer_chars: int


class Stems:
    """Index of the stems of all targets."""

    def __init__(self, stems: Sequence[Part], korean: Sequence[bool], limits: Limits) -> None:
        self.stems, self.korean, self.limits = stems, korean, limits
        sizes = [limits.jamo_ngram if own else limits.letter_ngram for own in korean]
        self._grams = [ngrams(letter_codes(stem.jamo), n) for stem, n in zip(stems, sizes, strict=True)]
        self._index = GramIndex(self._grams)
        self._least = min(limits.overlap, limits.jamo_overlap)

    def by_words(self, rows: Sequence[Part]) -> Shares:
        """Return the shares of stems' word n-grams that rows have."""
        known = {word: n for n, word in enumerate(sorted({w for stem in self.stems for w in stem.words}), 1)}
        lengths = _lengths({self.limits.ngram}, [len(stem.words) for stem in self.stems])

        def grams(part: Part, sizes: Iterable[int]) -> Grams:
            codes = np.array([known.get(word, 0) for word in part.words], dtype=np.uint64)
            return _of_all_lengths(codes, sizes)

        index = GramIndex([grams(stem, {self.limits.ngram}) for stem in self.stems])
        found = index.overlaps((grams(row, lengths) for row in rows), self.limits.overlap)
        return {(row, target): share for row, target, share in found}

    def by_letters(self, rows: Sequence[Part]) -> Shares:
        """Return the shares of stems' n-grams of letters (Korean: of jamo) that rows have."""
        lengths = _lengths(
            {self.limits.letter_ngram, self.limits.jamo_ngram}, [len(stem.jamo) for stem in self.stems]
        )
        least = [self.limits.jamo_overlap if own else self.limits.overlap for own in self.korean]
        grams = (_of_all_lengths(letter_codes(row.jamo), lengths) for row in rows)
        found = self._index.overlaps(grams, self._least)
        return {(row, target): share for row, target, share in found if share >= least[target] - 1e-6}

    def siblings(self, target: int) -> list[int]:
        """Return the targets whose stems have half of what makes a hit: other questions of its template."""
        own = self.stems[target].key.text
        alike = [found.target for found in self._index.overlaps([self._grams[target]], self._least / 2)]
        return [other for other in alike if self.stems[other].key.text != own]


def _lengths(sizes: set[int], stems: Sequence[int]) -> set[int]:
    """Return the lengths n-grams have: n, and the sizes of stems shorter than that, which are one n-gram."""
    return sizes | {size for size in stems if 0 < size < max(sizes)}


def _of_all_lengths(codes: Grams, lengths: Iterable[int]) -> Grams:
    return np.concatenate([ngrams(codes, n) for n in sorted(lengths)])
