"""Questions of one template, told apart by what stands in their blanks.

"Which gas forms when X meets Y?" makes a hundred questions that share most of their words, and often their options. A
row that lacks what tells a target from another question of its kind holds the other question.
"""

import re
from collections.abc import Iterable

from domaintune.science.contamination.quantities import UNITS
from domaintune.science.contamination.question_keys import Part, tokens

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


def blanks(stem: Part, siblings: Iterable[Part]) -> frozenset[str]:
    """Return the words of a stem that a sibling lacks: what fills the blanks. Numbers are told elsewhere."""
    words = {word for word in stem.words if word not in UNITS and not any(map(str.isdecimal, word))}
    return frozenset(word for other in siblings for word in words if not _has(other, word))


def holds_words(row: Part, words: frozenset[str]) -> bool:
    """Say whether a row has all of these words."""
    return all(_has(row, word) for word in words)


def _has(text: Part, word: str) -> bool:
    """Say whether a text has a word; a Korean one of three syllables or more also with another particle."""
    if not HANGUL.match(word):
        return text.key.holds(word)
    return (word[:-1] if len(word) > 2 else word) in text.key.text
