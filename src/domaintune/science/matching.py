"""Comparing texts by their words, for matched answers, near-duplicates and the token-F1 judge; short facts by value.

A tokeniser that throws punctuation away also throws meaning away in science: locants
(`cyclopenta[c]pyridine`, `2,4-dinitrotoluene`), decimals, signs (-40 is not 40) and units. Here they stay
part of their word.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

_UNIT = (
    r"(?:[µμnmck]?m|[µμmk]?g|[kmgt]?w|w?h|[µμmk]?v|[kmgt]?hz|[kmg]?pa|k|°[cf]|[kmg]?ev|[kmg]?j|[µμnm]?s|min|db[mi]?"
    r"|[mµμ]?l|n|[mµμ]?mol|ppm|ppb|(?:wt|vol|mol)?%|[kmgt]?bps|rpm|psi|krad|mrad)"
)
_SPACED_UNIT = re.compile(rf"(?<=\d)\s+({_UNIT}[²³23]?(?:/{_UNIT}[23]?)*)(?![\w%-])")
_THOUSANDS = re.compile(r"(?<![\w.,-])\d{1,3}(?:,\d{3})+(?![\w,-])")
_ABBREVIATION = re.compile(r"\b(?:[a-z]\.){2,}")
_POSSESSIVE = re.compile(r"'s?(?!\w)")
_NUMBER = r"(?:\d+[a-z]?'*|[a-zα-ω]'*)"  # a locant: 2, 4a, 1', n, α
_LOCANT = re.compile(
    rf"(?:^|[-,(\[]){_NUMBER}(?:,{_NUMBER})*[)\]]?-[\w(\[]"  # 2,4-d, (e)-but
    r"|\w-\d"  # but-2-ene, mil-std-1553
    r"|[^\W\d]\[[\w,.]{1,5}\][^\W\d]"  # cyclopenta[c]pyridine
)
_PIECE = re.compile(
    r"(?:(?<!\S)[+-])?\d+(?:\.\d+)*(?:e[+-]?\d+)?(?:°?[^\W\d_]+\d*(?:\.\d+[^\W_]+)*(?:/[^\W\d_]+[23]?)*)?%?"
    r"|[^\W_]+(?:\.\d+[^\W_]+)*"
)
_EDGES = ".,;:!?\"'`*…“”‘’«»<>=~|-"
_SIGNS = re.compile(r"[\W_]+")
_OPENING = {"(": ")", "[": "]", "{": "}"}
_CLOSING = {closing: opening for opening, closing in _OPENING.items()}
_TRANSLATION = str.maketrans(
    {"\u2019": "'", "\u2018": "'", "\u2032": "'", "\u2212": "-", "\u2010": "-", "\u2011": "-", "\u2013": "-"}
)


def normalise(text: str) -> str:
    """Return the text in NFKC (`m²` is `m2`), case-folded, with one kind of hyphen and apostrophe and single spaces."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return " ".join(folded.translate(_TRANSLATION).split())


def letters_of(text: str) -> str:
    """Return the letters and digits of the normalised text; what tells 10 from 1.0 is lost too."""
    return _SIGNS.sub("", normalise(text))


def words(text: str) -> list[str]:
    """Split into normalised words; numbers keep sign, decimals and unit, chemical names their locants.

    `30 m` and `30m` are one and the same word; `high-strain` is two, so that it meets `high strain`.
    Case is lost everywhere, so `mW` and `MW` are one word too: a fifth of the NASA abstracts is all capitals.
    """
    text = _THOUSANDS.sub(lambda match: match.group().replace(",", ""), normalise(text))
    text = _SPACED_UNIT.sub(r"\1", text)
    text = _ABBREVIATION.sub(lambda match: match.group().replace(".", ""), text)
    return [word for chunk in text.split() for word in _split(chunk)]


def best_passage(question: str, answer: str, passages: Sequence[str]) -> str:
    """Return the passage closest to the answer; among equals the one closest to the question, then the first."""
    closest = _closest(answer, passages)
    return closest[0] if len(closest) == 1 else _closest(question, closest)[0]


def _closest(text: str, passages: Sequence[str]) -> list[str]:
    target = _bag(text)
    scores = [_f1(target, _bag(passage)) for passage in passages]
    best = max(scores)
    return [passage for passage, score in zip(passages, scores, strict=True) if score == best]


@lru_cache(maxsize=4096)
def _bag(text: str) -> Counter[str]:
    return Counter(words(text))


def _f1(a: Counter[str], b: Counter[str]) -> float:
    size = a.total() + b.total()
    return 2 * (a & b).total() / size if size else 1.0


def _split(chunk: str) -> list[str]:
    if chunk.isalpha():  # most words; three times as fast
        return [chunk]
    chunk = _trim(chunk)
    if _LOCANT.search(chunk):
        return [chunk]
    return _PIECE.findall(_POSSESSIVE.sub("", chunk).replace("'", ""))


def _trim(chunk: str) -> str:
    """Drop punctuation at the edges, and brackets that enclose all or have no partner, as in `(E)-ene)`."""
    while chunk:
        first, last = chunk[0], chunk[-1]
        if first in _OPENING and last == _OPENING[first]:
            chunk = chunk[1:-1]
        elif last in _EDGES or (last in _CLOSING and chunk.count(last) > chunk.count(_CLOSING[last])):
            chunk = chunk[:-1]
        elif first == "-" and chunk[1:2].isdigit():
            break
        elif first in _EDGES or (first in _OPENING and chunk.count(first) > chunk.count(_OPENING[first])):
            chunk = chunk[1:]
        else:
            break
    return chunk


NOTHING = {"", "n/a", "na", "none", "null", "nan", "-", "--", "not available", "tbd"}
NUMBER = re.compile(r"^[-+]?\d+(\.\d+)?$")


def fact(value: str) -> str:
    """Return the value without surrounding space; what stands for nothing becomes empty."""
    value = value.strip()
    return "" if value.casefold() in NOTHING else value


def number(value: str) -> str:
    """Return a number without currency sign, thousands separators, empty decimals; leave other text."""
    value = fact(value)
    digits = re.sub(r"^(USD|US\$|\$)\s*|(?<=\d),(?=\d{3}(\D|$))", "", value)
    if not NUMBER.match(digits):
        return value
    whole, _, decimals = digits.partition(".")
    decimals = decimals.rstrip("0")
    return f"{whole}.{decimals}" if decimals else whole
