"""Benchmark questions that training rows ask in other words or another language, by the cosine of sentence vectors.

A vector tells what a text is about, and hardly which number, name or substance it has. So a pair whose numbers, units
or names differ is no hit; nor is one of the same language and mostly the same letters: `contamination` decides there.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from domaintune.core.sections.data import Contamination
from domaintune.science.contamination import Hit, Target
from domaintune.science.near_copies import Grams, letter_grams
from domaintune.science.question_keys import Part, covers, names_of, part_of
from domaintune.science.sentences import KOREAN_SHARE, hangul_share

BLOCK = 512  # texts a product: against 10,000 forms of targets 20 MB
SLACK = 1e-4  # more than what threads and machines make of a product's last bits
SAME_LETTERS = 0.6  # share of the longer text's letter 4-grams from which two texts have the same wording
LONGER = 3  # times the longest target: such a text asks for more, and each costs a pass through the model
Encode = Callable[[str], Any]
Vectors = npt.NDArray[np.float32]


class _Text(NamedTuple):
    part: Part
    names: frozenset[str]
    korean: bool
    grams: Grams


def find_paraphrases(
    rows: Sequence[Sequence[str]], targets: Sequence[Target], encode: Encode | None, limits: Contamination
) -> list[Hit]:
    """Return each pair of a row, given as the texts it asks by, and a target it asks in other words, sorted."""
    if limits.semantic is None or encode is None:
        return []
    parsed, same, across = cache(_parsed), limits.semantic.similarity, limits.semantic.across_languages
    forms = [(target.id, form) for target in targets for form in _forms(target, limits)]
    most = LONGER * max((len(parsed(form).part.jamo) for _, form in forms), default=0)
    places: defaultdict[str, list[int]] = defaultdict(list)
    for row, text in ((row, text) for row, texts in enumerate(rows) for text in texts):
        if limits.answer_chars <= len(parsed(text).part.jamo) <= most:
            places[text].append(row)
    asked = sorted(places)
    texts = [*asked, *(form for _, form in forms)]
    vectors = _centred(
        unit_vectors(texts, encode), np.array([parsed(text).korean for text in texts], dtype=bool)
    )
    best: dict[tuple[int, str], float] = {}
    for one, other, cosine in _near(vectors[: len(asked)], vectors[len(asked) :], min(same, across)):
        text, (name, form) = asked[one], forms[other]
        limit = same if parsed(text).korean == parsed(form).korean else across
        if cosine >= limit and _may_be_one(parsed(text), parsed(form)):
            for row in places[text]:
                best[row, name] = max(cosine, best.get((row, name), 0.0))
    return sorted(Hit(row, name, "semantic", cosine) for (row, name), cosine in best.items())


def unit_vectors(texts: Sequence[str], encode: Encode) -> Vectors:
    """Return the vectors of texts, each by itself so that it depends on no neighbour, of length 1."""
    return _unit(np.array([encode(text) for text in texts or [""]], dtype=np.float64)[: len(texts)])


def mean_distance(texts: Sequence[str], encode: Encode) -> float:
    """Return the mean cosine distance of all pairs of texts, 0 for fewer than two."""
    n, total = len(texts), unit_vectors(texts, encode).sum(axis=0, dtype=np.float64)
    return round(float(1 - ((total**2).sum() - n) / (n * (n - 1))), 4) if n > 1 else 0.0


def _unit(vectors: npt.NDArray[np.float64]) -> Vectors:
    lengths = np.sqrt((vectors**2).sum(axis=1, keepdims=True))
    return np.asarray(vectors / np.maximum(lengths, 1e-9), dtype=np.float32)


def _centred(vectors: Vectors, korean: npt.NDArray[np.bool_]) -> Vectors:
    """Return the vectors without their language's mean, which hides how alike two texts of two languages are."""
    found = vectors.astype(np.float64)
    for own in (korean, ~korean):
        found[own] -= found[own].sum(axis=0) / max(1, own.sum())
    return _unit(found)


def _near(ours: Vectors, theirs: Vectors, least: float) -> Iterator[tuple[int, int, float]]:
    """Yield positions and cosine of all pairs that have at least about `least`."""
    for first in range(0, len(ours), BLOCK):
        block = ours[first : first + BLOCK]
        for one, other in np.argwhere(block @ theirs.T >= least - SLACK).tolist():
            # once more without BLAS, whose sums depend on threads
            yield first + one, other, float((block[one].astype(np.float64) * theirs[other]).sum())


def _forms(target: Target, limits: Contamination) -> list[str]:
    """Return how a row may ask the question: by its stem, unless many questions may have it, and with its options."""
    long = limits.min_chars if target.options else limits.answer_chars
    stem = [target.question] if len(part_of(target.question).jamo) >= long else []
    return [*stem, "\n".join((target.question, *target.options))] if target.options else stem


def _parsed(text: str) -> _Text:
    korean = hangul_share(text) >= KOREAN_SHARE
    return _Text(part_of(text), names_of(text, korean=korean), korean, letter_grams([text]))


def _may_be_one(one: _Text, other: _Text) -> bool:
    """Say whether nothing that can be compared tells two texts apart."""
    for own, their in ((one, other), (other, one)):
        if not covers(their.part.quantities, own.part.quantities):
            return False
        # a translation into Korean may spell a name in Hangul; out of it, what stands there in Latin letters stays
        if (own.korean or not their.korean) and any(name not in their.part.key.text for name in own.names):
            return False
    shared = np.intersect1d(one.grams, other.grams, assume_unique=True).size
    return one.korean != other.korean or shared < SAME_LETTERS * max(one.grams.size, other.grams.size)
