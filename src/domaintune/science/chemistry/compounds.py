# ruff: noqa: SIM905 - a table of words reads better than one of quotation marks
"""Finding the chemical substances a text names, offline and rather missing one than inventing one.

Found: formulas and written ions, systematic and retained names, salts, esters and acids of several words,
polymers, supported catalysts (`Pt/C`) and an abbreviation in parentheses behind the name it stands for. Not
found on purpose: classes (`alkanes`, `amino acid`), groups, elements by their bare name or symbol, and water.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from domaintune.science.chemistry.chemical_names import (
    FLAT,
    HANGUL,
    WIDE,
    display_name,
    normalise_name,
    plain_markup,
)
from domaintune.science.chemistry.formulas import METALS, is_formula
from domaintune.science.chemistry.names_of_words import phrase_length
from domaintune.science.chemistry.polymers import polymer_names
from domaintune.science.chemistry.substances import POLYMERS, TRIVIAL
from domaintune.science.chemistry.systematic_names import is_systematic_name

_CHUNK = re.compile(rf"[^\s{HANGUL}]+")
_TAIL = re.compile(
    r"-(?:[a-z]+(?:ed|ing|ive|able|ible|tive)|based|free|rich|like|type|poor|lean|water|air|to|co|soluble|only)$"
)
_LINK = re.compile(r"to|in|on|and|non|co|pre|post|free|rich|water")
_WORD_PART = re.compile(r"[a-z]{3,}|to|co|in|on")
_NOT_AFTER = frozenset(
    "ring rings moiety moieties core cores scaffold scaffolds unit units group groups derivative "
    "derivatives skeleton backbone motif motifs fragment fragments substituent substituents linker linkers "
    "radical radicals subunit analogues analogs analogue nucleus framework bond bonds side ligand-like "
    "monomers family isomers adducts residue residues".split()
)
_PREFIXED = re.compile(r"(?:yl|ylene|oxy)[)\]]?$")
"""How a word ends that belongs to the name behind it."""
_ABBREVIATION = re.compile(r"\(([A-Za-z0-9][A-Za-z0-9+/-]{1,9})\)")


class _Found(NamedTuple):
    """A place in the text."""

    start: int
    end: int


def find_compounds(text: str) -> list[str]:
    """Return the substances named in a text as they are written there, in order of first appearance, each once.

    `H2SO4` and `H₂SO₄` are one (see `normalise_name`). Hangul behind a formula is no part of it.
    """
    shown = plain_markup(display_name(text.translate(WIDE)))
    flat = shown.translate(FLAT)
    found: dict[str, str] = {}
    for start, end in _places(flat):
        found.setdefault(normalise_name(shown[start:end]), shown[start:end])
    return list(found.values())


def _places(flat: str) -> list[_Found]:
    """Return the places of all names, left to right, without overlap."""
    polymers = [_Found(*place) for place in polymer_names(flat)]
    blocked = {place for start, end in polymers for place in range(start, end)}
    chunks = [_trim(flat, match.start(), match.end()) for match in _CHUNK.finditer(flat)]
    places: list[_Found] = list(polymers)
    index = 0
    while index < len(chunks):
        start, end = chunks[index]
        if start in blocked or start >= end:
            index += 1
            continue
        size = phrase_length(_adjacent(flat, chunks, index))
        if size > 1:
            places.append(_Found(start, chunks[index + size - 1].end))
        elif not _stopped(flat, chunks, index):
            places.extend(_inside(flat[start:end], start))
        index += max(size, 1)
    places.extend(short for place in places if (short := _abbreviation(flat, place)))
    return sorted(set(places))


def _adjacent(flat: str, chunks: list[_Found], index: int) -> list[str]:
    """Return up to six words that follow one another with nothing but a space between."""
    words = [flat[slice(*chunks[index])]]
    for left, right in zip(chunks[index : index + 5], chunks[index + 1 : index + 6], strict=False):
        if flat[left.end : right.start] != " " or right.start >= right.end:
            break
        words.append(flat[slice(*right)])
    return words


def _stopped(flat: str, chunks: list[_Found], index: int) -> bool:
    """Tell whether a word is a part of a structure or of a longer name: `pyridine ring`, `5-nitrofuryl hydrazine`."""
    follows = _adjacent(flat, chunks, index)[1:2]
    before = _adjacent(flat, chunks, index - 1) if index else []
    return (bool(follows) and follows[0].lower() in _NOT_AFTER) or (
        len(before) > 1 and bool(_PREFIXED.search(before[0]))
    )


def _trim(flat: str, start: int, end: int) -> _Found:
    """Drop punctuation and the brackets that enclose all or have no partner, as in `(TiO2),`."""
    while start < end:
        first, last, token = flat[start], flat[end - 1], flat[start:end]
        if last in ".,;:!?\"'~=*®™†‡≈" or (
            last in ")]}" and token.count(last) > token.count("([{"[")]}".index(last)])
        ):
            end -= 1
        elif first in ".,;:!?\"'~=*≈<>" or (
            first in "([{" and token.count(first) > token.count(")]}"["([{".index(first)])
        ):
            start += 1
        elif first == "(" and last == ")" and _encloses(token):
            start, end = start + 1, end - 1
        else:
            break
    return _Found(start, end)


def _encloses(token: str) -> bool:
    depth = 0
    for place, sign in enumerate(token):
        depth += (sign == "(") - (sign == ")")
        if depth == 0:
            return place == len(token) - 1
    return False


def _inside(token: str, start: int) -> list[_Found]:
    """Return the names in one chunk: the whole, or what slashes and hyphens leave."""
    if _is_one(token):
        return [_Found(start, start + len(token))]
    core = _TAIL.sub("", token)
    if core != token:
        return _inside(core, start)
    if "/" in token and not _is_quantity_like(token):
        return _split(token, start, "/")
    return _split(token, start, "-") if "-" in token and _mixed(token) else []


def _split(token: str, start: int, sign: str) -> list[_Found]:
    found: list[_Found] = []
    for part in token.split(sign):
        place = _trim(part, 0, len(part))
        if place.end > place.start:
            found.extend(_inside(part[place.start : place.end], start + place.start))
        start += len(part) + 1
    return found


def _is_quantity_like(token: str) -> bool:
    return bool(re.match(r"[a-zμ]{1,3}/", token))


def _mixed(token: str) -> bool:
    """Tell whether a hyphen stands between whole things: `CO2-to-CO`, `TiO2-coated`; not `phospha-adamantane`."""
    parts = token.split("-")
    plain = _LINK if any(_is_one(part) and not is_formula(part) for part in parts) else _WORD_PART
    return all(part in METALS or plain.fullmatch(part) or _is_one(part) for part in parts)


@lru_cache(maxsize=65536)
def _is_one(token: str) -> bool:
    if len(token) < 2:
        return False
    if is_formula(token) or _is_supported(token):
        return True
    lower = token.lower() if token[:1].isupper() and token[1:].islower() else token
    stripped = re.sub(r"^(?:\d+[,\d]*|[DLRS]|\([-+RS±]\)|[α-ω]|rac|cis|trans|n|m|o|p|tert)-", "", token)
    known = lower in TRIVIAL or lower in POLYMERS or stripped in TRIVIAL
    return known or is_systematic_name(token)


def _is_supported(token: str) -> bool:
    """Tell a supported metal catalyst (`Pt/C`, `PtRu/C`, `Ni/Al2O3`) from a mere slash."""
    metal, _, support = token.partition("/")
    named = metal in METALS or (is_formula(metal) and metal.isalpha() and "O" not in metal)
    return (
        named
        and metal not in ("W", "V", "K", "U", "Y")
        and (support == "C" or ("O" in support and is_formula(support)))
    )


def _abbreviation(flat: str, place: _Found) -> _Found | None:
    """Return the abbreviation in parentheses behind a name, if its letters stand in the name in this order."""
    match = _ABBREVIATION.match(flat, place.end + 1) if flat[place.end : place.end + 1] == " " else None
    name = flat[place.start : place.end].lower()
    if not match or sum(char.isupper() for char in match[1]) < 2 or is_formula(match[1]) or len(name) < 6:
        return None
    letters = [char for char in match[1].lower() if char.isalpha()]
    initial = next((char for char in name if char.isalpha()), "")
    remaining = iter(name)
    in_order = all(letter in remaining for letter in letters)
    starts = letters[0] == initial or bool(re.search(rf"[-( \d\]]{letters[0]}", name))
    return _Found(match.start(1), match.end(1)) if in_order and starts else None
