"""How much of what is tested has a near copy in what is trained on, and the sentence that says so."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import rensa

from domaintune.science.contamination.gram_index import GramIndex, Grams
from domaintune.science.near_duplicates import shingles

ALIKE = 0.8
"""Share (0–1) of a question's letter 4-grams, or a document's word 5-grams, that one training row or document has."""
LETTERS = 4
NO_GRAMS = np.zeros(0, dtype=np.uint64)


def nearly_copied(tested: Sequence[Grams], trained: Sequence[Grams]) -> set[int]:
    """Return the positions of what is tested of which one training text has at least ALIKE of the n-grams."""
    return {found.target for found in GramIndex(tested).overlaps(trained, ALIKE)}


def word_grams(texts: Sequence[str]) -> list[Grams]:
    """Return the hashes of each text's word 5-grams."""
    hashed = rensa.RMinHash.hash_token_sets([shingles(text) for text in texts])
    return [np.unique(np.asarray(one, dtype=np.uint64)) for one in hashed]


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
