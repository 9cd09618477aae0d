# ruff: noqa: SIM905 - a table of words reads better than one of quotation marks
"""What a translator must not touch, behind marks: code, formulas, quantities, addresses, placeholders.

Each stretch becomes a mark such as ⟦3⟧ before the text is sent and is put back afterwards, letter by letter. The
brackets U+27E6 and U+27E7 are rare enough that a text which has them itself keeps them behind a mark, too.

A number alone is not hidden: `5 million` has to become `500만`. It is checked instead (protected_values.py), as is a
unit written as a word, because `5 hours` has to become `5시간`. What is written like a chemical formula is
hidden whether or not it is one: a code (`H5N1`) stays what it is in another language, too.

Sources of the formulas: IUPAC Red Book 2005, IR-2 (grammar), IR-4 (formulae), Tables I (symbols) and VII (ligands).
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

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
_METAL = "|".join(
    "Li Na K Rb Cs Be Mg Ca Sr Ba Sc Y La Ce Pr Nd Sm Eu Gd Tb Dy Ho Er Tm Yb Lu Ti Zr Hf V Nb Ta Cr Mo W Mn Tc Re "
    "Fe Ru Os Co Rh Ir Ni Pd Pt Cu Ag Au Zn Cd Hg Al Ga In Tl Si Ge Sn Pb Sb Bi Th U Pu".split()
)
_LIGAND = "|".join(
    "Me Et nPr iPr Pr nBu tBu iBu sBu Bu Ph Bn Bz Ac Ts Tf Ms Boc Cp py bpy phen acac en cod dba dppf dppe dppp terpy "
    "tpy ppy TFSI FSI salen dmf dmso thf".split()
)
_CAPITAL = "|".join(word for word in _LIGAND.split("|") if not word.islower())
_COUNT = r"(?:\d+(?:\.\d+)?(?:[-+±][xyzδ](?![a-z]))?|[xyzn](?![a-z])|δ)?"
_SYMBOLS = sorted(
    f"{_METAL}|{_LIGAND}|H|D|B|C|N|O|F|P|S|Cl|As|Se|Br|Te|I|Xe".split("|"), key=len, reverse=True
)
_ATOM = rf"(?>(?:{'|'.join(_SYMBOLS)}){_COUNT})"
_GROUP = rf"(?:{_ATOM}|[(\[](?:{_ATOM}|\({_ATOM}+\){_COUNT})+[)\]]{_COUNT})"
_GROUPS = rf"{_GROUP}(?:(?:·(?:\d+(?:\.\d+)?|[xn])?)?{_GROUP})*"
_HEAD, _TAIL = (
    rf"(?:{_METAL}|{_CAPITAL}|H(?=Cl|Br))",
    rf"(?:{_METAL}|{_CAPITAL}|O|N|P|S|Se|Te|F|Cl|Br|I|H|As|Sb|C)",
)
_FORMULA = re.compile(
    rf"(?:(?:[ghctmo]'?|fac|mer|cis|trans)-)?(?:(?=.*[\d)\]δ]){_GROUP}·?(?=.){_GROUPS}|{_GROUPS}(?<=[\d\]])[+-])"
    rf"|(?:{_METAL}|As|Se|Te)\((?:0|[IV]{{1,4}})(?:[/,][IV]{{1,4}})?\)|(?:{_METAL}|H)\d?\+|(?:F|Cl|Br|I|OH|CN|SCN|HS|OAc)-"
    rf"|(?:[HDONFI]|Cl|Br)2|O3|S8|P4|C[67]0|h-BN|{_HEAD}(?:{_METAL}|{_CAPITAL}|O|N|H)*{_TAIL}"
)
"""Symbols with counts, brackets, a charge or an oxidation number; of letters alone those that begin with a metal."""
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


def protect(text: str, first: int = 1) -> tuple[str, tuple[Mark, ...]]:
    """Return the text, in NFC, with marks, counted from `first`, for what must not be translated; and the marks."""
    text = unicodedata.normalize("NFC", text)
    marks: list[Mark] = []
    pieces: list[str] = []
    place = 0
    for start, end, kind in _stretches(text):
        marks.append(Mark(first + len(marks), text[start:end], kind))
        pieces += [text[place:start], mark_of(marks[-1].number)]
        place = end
    return "".join([*pieces, text[place:]]), tuple(marks)


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
    for quantity, start, end in sorted(locate_quantities(text), key=lambda one: one[1:]):
        if not _WORDED.search(quantity.text) and (not kept or start >= kept[-1][1]):
            kept.append((start, end, "quantity"))
    return kept


def _formulas(text: str) -> list[tuple[int, int, str]]:
    """What is written like a formula; one of capitals alone (CO, NO) may be a word and stays."""
    return [
        (match.start(), match.end(), "formula")
        for match in _TOKEN.finditer(text)
        if not match.group().isalpha() or not match.group().isupper()
        if _FORMULA.fullmatch(match.group().translate(_SCRIPTS))
    ]
