"""How well two spellings of one value agree."""

import re
import unicodedata
from typing import Literal, NamedTuple, get_args

from rapidfuzz import fuzz

from domaintune.science.plain_facts import fact, number
from domaintune.science.repair_text import repair_text

Level = Literal[
    "exact",
    "normalised",
    "fuzzy",
    "different",
    "missing_in_documents",
    "missing_in_reference",
    "missing_in_both",
]
LEVELS: tuple[Level, ...] = get_args(Level)
COMPARED: tuple[Level, ...] = ("exact", "normalised", "fuzzy", "different")
NO_LETTER = re.compile(r"[\W_]+")


class Compared(NamedTuple):
    """The best level at which two values agree, and their similarity 0–1 (1 for exact and normalised)."""

    level: Level
    similarity: float


def normalise(value: str) -> str:
    """Reduce a value to what two exports can be expected to write alike.

    Repairs as in ingest, then NFKC, case folded, marks as spaces; `139,882` and `139882.00` are one number.
    """
    plain = number(value)
    if re.fullmatch(r"[-+]?\d+(\.\d+)?", plain):
        return plain
    text = unicodedata.normalize("NFKC", repair_text(value).text).casefold()
    return NO_LETTER.sub(" ", text).strip()


def compare(ours: str, theirs: str, fuzzy_threshold: float | None) -> Compared:
    """Compare two values; a threshold allows fuzzy agreement.

    Similarity is the normalised Indel similarity of the normalised values. Source: rapidfuzz `fuzz.ratio`.
    """
    if not fact(ours) or not fact(theirs):
        return Compared(_missing(ours, theirs), 0.0)
    if ours.strip() == theirs.strip():
        return Compared("exact", 1.0)
    one, other = normalise(ours), normalise(theirs)
    if one == other:
        return Compared("normalised", 1.0)
    similarity = fuzz.ratio(one, other) / 100
    agrees = fuzzy_threshold is not None and similarity >= fuzzy_threshold
    return Compared("fuzzy" if agrees else "different", round(similarity, 6))


def _missing(ours: str, theirs: str) -> Level:
    if fact(ours):
        return "missing_in_reference"
    return "missing_in_documents" if fact(theirs) else "missing_in_both"
