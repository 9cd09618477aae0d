# ruff: noqa: SIM905 - a table of words reads better than one of quotation marks
"""Recognising a systematic name by cutting all of it into known parts.

A word counts only when nothing of it is left over, so `membrane`, `machine` and `provide` are no names although
they end like names. A name whose parts are not in the tables is missed; that is the cheaper mistake.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from domaintune.science.chemistry.name_parts import (
    ACID_ENDS,
    ACIDS,
    ALKANE_ENDS,
    CLASS_ONLY,
    MULTIPLIERS,
    PARENTS,
    PREFIXES,
    STEMS,
    SUFFIXES,
)


class _Cut(NamedTuple):
    """How the rest of a word can be cut: as a whole name, as a prefix or group, as an acid's adjective."""

    name: bool
    prefix: bool
    acid: bool


_ENDS = frozenset(PARENTS) | {stem + end for stem in STEMS for end in ALKANE_ENDS}
_GROUPS = {
    stem + end
    for stem in STEMS
    for end in ("yl", "ylene", "ylidene", "oxy", "anoyl", "an", "anyl", "a", "enyl", "en")
}
_GROUPS |= {parent[:-1] + "yl" for parent in PARENTS if parent.endswith("e")}
_GROUPS |= {parent + "yl" for parent in PARENTS if parent[-1] in "nl"}
_BASES = frozenset(PARENTS) | {parent[:-1] for parent in PARENTS if parent.endswith("e")}
_BASES |= {stem + end for stem in STEMS for end in ("yl", "an", "en", "yn", "ane", "anoyl", "oxy")}
_BEFORE = frozenset(MULTIPLIERS) | frozenset(PREFIXES) | _GROUPS
_SUFFIXES = frozenset(SUFFIXES)
_ACID_ENDS = frozenset(ACID_ENDS)
_STEM_ACIDS = {stem + end for stem in STEMS for end in ("anoic", "anedioic", "enoic", "enedioic")}
_LONGEST = max(map(len, _BEFORE | _ENDS | _BASES))
_NO_SUBSTANCE = frozenset(MULTIPLIERS) | frozenset(
    "oxo oxy thio azo hydro iso cyclo nor homo neo spiro bicyclo aza oxa thia epoxy imino hydroxy amino".split()
)
_SMALL = re.compile(
    r"rac|cis|trans|syn|anti|tert|sec|endo|exo|ortho|meta|para|meso|alpha|beta|gamma|delta|omega|all|[a-zA-Zα-ω]|[RSEZ]{2}"
)
_TOKEN = re.compile(r"[A-Za-zα-ω0-9,'()\[\]{}+·:*.λ-]+")
_LETTERS = re.compile(r"[A-Za-zα-ω]+")
_LOCANT = re.compile(
    r"(?:^|[-(\[{])(?:\d+[a-z]?'*|[A-Z]'*|[a-zα-ω])(?:[,:.]?(?:\d+[a-zRSEZ]?'*|[NOSPC]'*))*[)\]}]?-"
)
_ONIUM = re.compile(r"(?:ammonium|phosphonium|sulfonium|pyridinium|pyrrolidinium|piperidinium)$")
_JOINED = re.compile(r"[a-z]-\d|\w[(\[]|^(?:\w{3,5}|\w)-")


def is_systematic_name(token: str) -> bool:
    """Tell whether a flattened token is a whole name: `1,4-dioxane`, `cyclopenta[c]pyridine`, `propan-2-ol`.

    Source: IUPAC Recommendations 2013, P-14.3 (locants), P-16.5
    (enclosing marks), P-91.2 (stereo descriptors).
    """
    return _judge(token) == "name"


def is_group_name(token: str) -> bool:
    """Tell whether the token names a hydrocarbon group that may stand before an ester: `ethyl`, `2-ethylhexyl`."""
    return _judge(token) == "group"


def is_acid_word(token: str) -> bool:
    """Tell whether the token is the adjective of an acid: `sulfuric`, `4-methylbenzoic`, `2-furoic`."""
    return token.lower() in ACIDS or _judge(token) == "acid"


def is_cation_name(token: str) -> bool:
    """Tell whether the token names an organic cation: `tetrabutylammonium`, `1-ethyl-3-methylimidazolium`."""
    if token.endswith("imidazolium"):
        return _judge(token[:-3] + "e") == "name"
    group = _ONIUM.sub("", token)
    return group != token and (not group or _judge(group + "benzene") == "name")


@lru_cache(maxsize=65536)
def _judge(token: str) -> str:
    """Return `name`, `group`, `acid` or an empty string."""
    if not _TOKEN.fullmatch(token) or not _balanced(token):
        return ""
    plain = token.isalpha()
    runs = [run for run in _LETTERS.findall(token) if plain or not _SMALL.fullmatch(run)]
    runs = [run[0].lower() + run[1:] for run in runs]
    if not runs or not all(run.isascii() and run.islower() and len(run) < 60 for run in runs):
        return ""
    return _kind(runs) if plain or _LOCANT.search(token) or _JOINED.search(token) else ""


def _kind(runs: list[str]) -> str:
    """Judge a name by its runs of letters, of which locants and stereo descriptors are no part any more."""
    *before, last = runs
    cut = _cut(last, bool(before))
    if not all(_cut(run, bool(index)).prefix or _cut(run).name for index, run in enumerate(before)):
        return ""
    if last in CLASS_ONLY or "".join(runs) in CLASS_ONLY:
        return ""
    if last in _SUFFIXES and before and not any(_substantial(run) for run in before):
        return ""
    if cut.name or cut.acid:
        return "name" if cut.name else "acid"
    return "group" if last.endswith("yl") and cut.prefix else ""


def _substantial(run: str) -> bool:
    return run not in _NO_SUBSTANCE


@lru_cache(maxsize=65536)
def _cut(rest: str, after: bool = False) -> _Cut:
    """Cut a word, or the rest of one after a part that has substance, into parts in every possible way."""
    name = rest in _ENDS or (after and rest in _SUFFIXES)
    prefix = rest in _BEFORE or rest in _BASES or rest in STEMS
    acid = rest in _STEM_ACIDS or (after and rest in _ACID_ENDS)
    for size in range(2, min(len(rest) - 1, _LONGEST) + 1):
        part, tail = rest[:size], rest[size:]
        if part in _BEFORE:
            deeper = _cut(tail, after or part not in _NO_SUBSTANCE)
        elif part in _BASES:
            deeper = _cut(tail, True)
            deeper = _Cut(tail in _SUFFIXES, False, tail in _ACID_ENDS) if part not in _BEFORE else deeper
        else:
            continue
        name, prefix, acid = name or deeper.name, prefix or deeper.prefix, acid or deeper.acid
    return _Cut(name, prefix, acid)


def _balanced(token: str) -> bool:
    """Tell whether the enclosing marks of a token are nested properly (P-16.5)."""
    open_marks: list[str] = []
    for sign in token:
        if sign in "([{":
            open_marks.append(sign)
        elif sign in ")]}" and (not open_marks or {"(": ")", "[": "]", "{": "}"}[open_marks.pop()] != sign):
            return False
    return not open_marks
