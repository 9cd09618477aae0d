"""Catalyst, support, its treatment and why: only where the text says so in plain phrases."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from domaintune.core.paying.protocol import Failure
from domaintune.generate.offline.materials import last_material
from domaintune.science.chemistry.chemical_names import occurs_in
from domaintune.science.sentences import split_sentences

ABSENT = "N/A"

# A short noun phrase without a clause mark, lazy so that it ends at the first possible place.
_PHRASE = r"(?:an?\s|the\s)?\s*(?P<a>[\w(\[][^,;:.()]{0,50}?(?:\([^()]{1,30}\))?)"
_NAME = r"(?P<a>[A-Z][\w/@()–·₀-₉-]*)"
_KIND = r"(?:[\w-]+\s+){0,3}?(?:electro|photo)?catalysts?\b"
_END = r"""(?=\s+(?:and|as|at|by|for|from|in|is|are|was|were|of|on|over|that|to|under|using|via|which|with|showed?
       |catalysts?)\b|[,;:.]|$)"""


def _patterns(*texts: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(text, re.VERBOSE) for text in texts)


CATALYST = _patterns(
    rf"{_PHRASE}\s+(?:was|were|is|are)\s+(?:used|employed|chosen|tested)\s+as\s+(?:an?\s|the\s)?\s*{_KIND}",
    rf"\b(?:[Uu]sing|[Ww]ith|over|used|by)\s+{_PHRASE}\s+as\s+(?:an?\s|the\s)?\s*{_KIND}",
    rf"{_NAME}\s+(?:nano\w+\s+)?(?:electro|photo)?catalysts?\b",
    rf"\bcataly[sz]ed\ by\s+{_PHRASE}{_END}",
    rf"\b[Tt]he\ (?:\w+\ )?catalyst\ (?:is|was)\s+{_PHRASE}{_END}",
)
SUPPORT = _patterns(
    rf"\b(?:[Ss]upported|[Ii]mmobili[sz]ed|[Aa]nchored|dispersed|deposited|loaded)\s+(?:on|onto|in)\s+{_PHRASE}{_END}",
    rf"\b[Aa]s\ (?:a\ |the\ )?support(?:\ material)?,\s+{_PHRASE}\s+(?:is|was|were)\b",
    rf"{_NAME}[\ -](?:as\ (?:a\ |the\ )?support|supports?\b(?!\ (?:the|that|this|these|our|a)\b))",
)
_SUPPORT = (
    r"\b(?:support|carrier|carbon|nanotube|fiber|fibre|alumina|silica|ceria|titania|zeolite|oxide|graphene)\w*"
    r"\ (?:was|were)\s+(?:first\s+|then\s+)?"
)
_DONE = r"(?:treated|functionali[sz]ed|modified|oxidi[sz]ed|doped|calcined|activated|annealed)"
_WHY = r"(?:[Ii]n\ order\ )?(?P<why>[Tt]o\s+[a-z]+[^;:.,]{3,160})"
TREATED = _patterns(
    rf"(?:^|(?<=[.;,]\ )){_WHY},\s+the\s[^;:.,]{{0,60}}?{_SUPPORT}(?P<how>{_DONE}\s+(?:with|by|in|at|under)\s[^;:.,]+)",
    rf"{_SUPPORT}(?P<how>{_DONE}\s+(?:with|by|in|at|under)\s+[^;:.]{{3,120}}?)\s+{_WHY}(?=[;:.,]|$)",
    rf"{_SUPPORT}(?P<how>{_DONE}\s+(?:with|by|in|at|under)\s+[^;:.,]{{3,120}})(?P<why>)(?=[,;:.]|$)",
)

MENTIONS = {
    "Q1": re.compile(r"catal[yi]", re.IGNORECASE),
    "Q2": re.compile(
        r"\bsupport|\bcarrier|immobili[sz]ed|anchored on|deposited on|dispersed on", re.IGNORECASE
    ),
    "Q3": re.compile(
        r"\b(?:treat(?:ed|ment)|functionali[sz]ed|pretreat\w+|modified|activated)\b", re.IGNORECASE
    ),
}
"""Words after which N/A might be wrong: then the teacher declines."""


def information(material: Mapping[str, Any]) -> dict[str, Any] | Failure:
    """Return what plain phrases say, N/A where nothing speaks of it, and decline what lies between."""
    text = " ".join(str(material["sent"]).split())
    how, why = _treatment(text)
    found = {"Q1": _named(text, CATALYST), "Q2": _named(text, SUPPORT), "Q3": how, "Q4": why}
    for field, cue in MENTIONS.items():
        if found[field] == ABSENT and cue.search(text) and _matters(field, found):
            return Failure(
                "needs_model", f"the text speaks of the subject of {field} in words that no phrase covers"
            )
    return found


def _matters(field: str, found: Mapping[str, str]) -> bool:
    """A treatment is one of the support; without a support there is none to miss."""
    return field != "Q3" or found["Q2"] != ABSENT


def _named(text: str, patterns: tuple[re.Pattern[str], ...]) -> str:
    names = dict.fromkeys(name for sentence in split_sentences(text) for name in _in(sentence, patterns))
    return ", ".join(names) or ABSENT


def _in(sentence: str, patterns: tuple[re.Pattern[str], ...]) -> Iterator[str]:
    """Yield the materials in the phrases; a phrase without one names none."""
    for pattern in patterns:
        for match in pattern.finditer(sentence):
            material = last_material(match["a"])
            if material and occurs_in(material, sentence):  # not the metal of iridium(III)
                yield material


def _treatment(text: str) -> tuple[str, str]:
    """Return how the support was treated and what for."""
    for pattern in TREATED:
        if match := pattern.search(text):
            why = match["why"].strip(" ,")
            return match["how"].strip(" ,"), why[:1].lower() + why[1:] if why else ABSENT
    return ABSENT, ABSENT
