# ruff: noqa: SIM905 - a table of words reads better than one of quotation marks
"""Names of several words: salts, oxides, esters, acids.

Source: IUPAC Red Book 2005, IR-5 (compositional nomenclature); IUPAC Recommendations 2013, P-65.6 (esters, salts).
"""

import re
from collections.abc import Sequence

from domaintune.science.chemistry.formulas import is_formula
from domaintune.science.chemistry.substances import (
    ANIONS,
    ELEMENTS,
    ESTERS,
    PHRASES,
    PREFIXED,
    TRIVIAL,
    TWO_ALKYLS,
)
from domaintune.science.chemistry.systematic_names import (
    is_acid_word,
    is_cation_name,
    is_group_name,
    is_systematic_name,
)

_OXIDATION = re.compile(r"\((?:0|[IV]{1,4})(?:[,/][IV]{1,4})?\)$")
_HYDRATE = re.compile(r"(?:mono|di|tri|tetra|penta|hexa|hepta|octa|nona|deca|sesqui|hemi)?hydrate")
_ADDED = frozenset(
    "hydrochloride hydrobromide dihydrochloride N-oxide diphosphate monophosphate sulfoxide".split()
)
_UNION = frozenset("hydrogen dihydrogen iron manganese cobalt".split())
_NO_ESTER_HEAD = frozenset(["methylene", "ethenyl", "carbonyl"])
_CLASS_ACIDS = frozenset("acrylic boronic sulfonic phosphonic carboxylic".split())
_ALKENES = frozenset(
    ["ethylene", "propylene", "butylene", "vinylidene", "vinyl", "allyl", "benzyl", "glycidyl"]
)
_GLYCOLS = frozenset(["glycol", "oxide", "carbonate", "diacrylate", "dimethacrylate"])


def phrase_length(words: Sequence[str]) -> int:
    """Return of how many of the words, from the first on, the name consists; 0 when they begin no such name."""
    lower = [word.lower() if word[1:].islower() else word for word in words]
    for size in (4, 3, 2):
        if len(lower) >= size and " ".join(lower[:size]).lower() in PHRASES:
            return size
    return _hydrated(
        lower, _acid(lower, words) or _salt(lower, words) or _ester(lower, words) or _derived(lower, words)
    )


def _derived(lower: Sequence[str], words: Sequence[str]) -> int:
    """A whole name and what is added to it: `triphenylphosphine oxide`, `adenosine triphosphate`."""
    if len(words) < 2 or not (_is_anion(lower[1]) or lower[1] in _ADDED or _HYDRATE.fullmatch(lower[1])):
        return 0
    return 2 if lower[0] in TRIVIAL or is_systematic_name(words[0]) else 0


def _hydrated(lower: Sequence[str], size: int) -> int:
    return size + 1 if 0 < size < len(lower) and _HYDRATE.fullmatch(lower[size]) else size


def _acid(lower: Sequence[str], words: Sequence[str]) -> int:
    """An adjective and `acid`; what only names a class (`sulfonic acid`) is none."""
    if len(words) < 2 or lower[1] != "acid" or lower[0] in _CLASS_ACIDS - {"acrylic"}:
        return 0
    return 2 if is_acid_word(words[0]) else 0


def _salt(lower: Sequence[str], words: Sequence[str]) -> int:
    """Up to three cations and an anion: `lithium iron phosphate`, `copper(II) sulfate`, `Zn(II) acetate`."""
    for place, word in enumerate(words[:5]):
        if place and _is_anion(lower[place]):
            return place + 1
        if not (_is_cation(lower[place], word) or (place and lower[place] in _UNION)):
            return 0
    return 0


def _is_cation(lower: str, word: str) -> bool:
    bare = _OXIDATION.sub("", lower)
    return bare in ELEMENTS or is_cation_name(word) or bool(_OXIDATION.search(word) and is_formula(word))


def _is_anion(word: str) -> bool:
    if word in ANIONS:
        return True
    prefix = next((prefix for prefix in PREFIXED if word.startswith(prefix)), "")
    rest = word[len(prefix) :]
    return bool(prefix) and (rest in ANIONS or rest == "xide" or word == "monoxide")


def _ester(lower: Sequence[str], words: Sequence[str]) -> int:
    """One or two hydrocarbon groups and what they are bound to: `ethyl acetate`, `diethyl ether`."""
    groups = 0
    while groups < min(2, len(words)) and (
        lower[groups] in _ALKENES or (is_group_name(words[groups]) and lower[groups] not in _NO_ESTER_HEAD)
    ):
        groups += 1
    if not groups or groups >= len(words) or lower[groups] not in ESTERS:
        return 0
    head, first = lower[groups], lower[0]
    if head in TWO_ALKYLS and groups == 1 and not re.match(r"(?:di|tri|bis|tris)", first):
        return 0
    if first in ("ethylene", "propylene", "butylene") and head not in _GLYCOLS:
        return 0
    return 0 if head == "alcohol" and first in ("vinyl", "phenyl") else groups + 1
