"""What a translator must not touch, behind marks: code, formulas, quantities, addresses, placeholders.

Each stretch becomes a mark such as ⟦3⟧ before the text is sent and is put back afterwards, letter by letter. The
brackets U+27E6 and U+27E7 are rare enough that a text which has them itself keeps them behind a mark, too.

A number alone is not hidden: `5 million` has to become `500만`. It is checked instead (protected_values.py), as is a
unit written as a word, because `5 hours` has to become `5시간`.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from domaintune.science.chemistry.formulas import is_formula
from domaintune.science.chemistry.quantities import locate_quantities
from domaintune.science.chemistry.units import SCRIPTS

_KINDS = {
    "code": r"```.*?(?:```|\Z)|~~~.*?(?:~~~|\Z)|`[^`\n]+`",
    # A dollar sign opens a formula where no space follows and closes it where none stands before and no digit
    # follows, so that `$5 and $10` are prices. Source: the Pandoc manual, extension tex_math_dollars.
    "formula": (
        r"\$\$.+?\$\$|\\\[.+?\\\]|\\\(.+?\\\)|\\begin\{(?P<env>\w+\*?)\}.*?\\end\{(?P=env)\}"
        r"|(?<![\\$\w])\$(?=\S)[^$\n]+?(?<=\S)\$(?!\w)"
    ),
    "address": r"https?://[^\s<>\"'가-힣]*[^\s<>\"'가-힣.,;:!?)\]]|www\.[\w./-]*\w|[\w.+-]+@[\w-]+(?:\.[\w-]+)+",
    "placeholder": (
        r"\{\{[^{}\n]*\}\}|\$?\{[A-Za-z_][\w.]*\}|%\([A-Za-z_]\w*\)[sd]|(?<![\w%])%[sd](?!\w)"
        r"|</?[A-Za-z_][^<>\n]{0,80}>|⟦[^⟧\n]*⟧|[⟦⟧]"
    ),
}
_PROTECTED = re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in _KINDS.items()), re.DOTALL)
_TOKEN = re.compile(r"[A-Za-z0-9()\[\]₀-₉⁰-⁹⁺⁻+·-]*[A-Za-z)\]0-9₀-₉⁰-⁹⁺⁻+-]")
_SCRIPTS = SCRIPTS | str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_WORDED = re.compile(
    r"[가-힣]|\b(?:to|and|per)\b|[a-z]{5,}|\b(?:days?|hours?|hrs?|mins?|secs?|week|year|mole)\b"
)
"""A quantity with words in it: its words belong to a language."""
_MARK = re.compile(r"⟦\s*(\d+)\s*⟧")


class Mark(NamedTuple):
    """A stretch of text and the number of the mark that stands for it."""

    number: int
    text: str
    kind: str
    """code, formula, address, placeholder, quantity."""


class Protected(NamedTuple):
    """A text with its marks."""

    text: str
    marks: tuple[Mark, ...]


def protect(text: str, first: int = 1) -> Protected:
    """Put marks, counted from `first`, for what must not be translated. The text is put into NFC."""
    text = unicodedata.normalize("NFC", text)
    marks: list[Mark] = []
    pieces: list[str] = []
    place = 0
    for start, end, kind in _stretches(text):
        marks.append(Mark(first + len(marks), text[start:end], kind))
        pieces += [text[place:start], mark_of(marks[-1].number)]
        place = end
    return Protected("".join([*pieces, text[place:]]), tuple(marks))


def misplaced(text: str, marks: Sequence[Mark]) -> list[str]:
    """Return what is wrong with the marks of a translation: one that is missing, doubled, or not the text's own."""
    found = Counter(int(number) for number in _MARK.findall(text))
    own = {mark.number for mark in marks}
    problems = [
        f"the mark {mark_of(mark.number)} ({mark.text[:60]}) occurs {found[mark.number]} times, not once"
        for mark in marks
        if found[mark.number] != 1
    ]
    problems += [f"there is no mark {mark_of(number)} in the source" for number in sorted(set(found) - own)]
    stray = _MARK.sub("", text)
    return problems + (["a bracket of a mark stands alone"] if "⟦" in stray or "⟧" in stray else [])


def restore(text: str, marks: Sequence[Mark]) -> str:
    """Put back what stood behind the marks. Every mark must be one of `marks`: ask `misplaced` first."""
    texts = {mark.number: mark.text for mark in marks}
    return _MARK.sub(lambda found: texts[int(found[1])], text)


def unmarked(text: str) -> str:
    """Return a text without its marks: what is left to be read."""
    return _MARK.sub(" ", text)


def mark_of(number: int) -> str:
    """Return the mark as it is written."""
    return f"⟦{number}⟧"


def _stretches(text: str) -> list[tuple[int, int, str]]:
    """Return start, end and kind of what is protected, left to right; of two that overlap the earlier kind wins."""
    found = [(match.start(), match.end(), str(match.lastgroup)) for match in _PROTECTED.finditer(text)]
    # `lastgroup` names the innermost group that closed last: an environment's own name is a formula
    taken = [(start, end, "formula" if kind == "env" else kind) for start, end, kind in found]
    for more in (_quantities(text), _formulas(text)):
        taken += [one for one in more if all(one[1] <= start or end <= one[0] for start, end, _ in taken)]
    return sorted(taken)


def _quantities(text: str) -> list[tuple[int, int, str]]:
    kept: list[tuple[int, int, str]] = []
    for quantity, start, end in sorted(locate_quantities(text), key=lambda one: (one.start, one.end)):
        if not _WORDED.search(quantity.text) and (not kept or start >= kept[-1][1]):
            kept.append((start, end, "quantity"))
    return kept


def _formulas(text: str) -> list[tuple[int, int, str]]:
    """Chemical formulas; one of capitals alone (CO, NO) may be a word and stays."""
    return [
        (match.start(), match.end(), "formula")
        for match in _TOKEN.finditer(text)
        if not match.group().isalpha() or not match.group().isupper()
        if is_formula(match.group().translate(_SCRIPTS))
    ]
