"""Reading the values of a wanted property out of a text, apart from properties that look alike.

A value belongs to the property name nearest to it. A stop word (`water permeability` where `water uptake` is wanted)
takes the values next to it, and so does a longer stop phrase that contains a synonym (`thermal conductivity`).
"""

import re
import unicodedata
from typing import NamedTuple

from domaintune.science.chemistry.compounds import find_compounds
from domaintune.science.chemistry.quantities import Located, Quantity, locate_quantities, to_base
from domaintune.science.sentences import split_sentences


class Property(NamedTuple):
    """A property: its name, symbol, other names, possible units, and names of look-alikes that are not meant."""

    name: str
    symbol: str
    synonyms: tuple[str, ...]
    units: tuple[str, ...]
    stop: tuple[str, ...]


class Reading(NamedTuple):
    """A value as written, the material the sentence states for it, and its place in the NFC form of the text."""

    material: str | None
    quantity: str
    at: tuple[int, int]


class _Label(NamedTuple):
    """Where a property is named, and whether it is the wanted one."""

    start: int
    end: int
    wanted: bool


_CODE = re.compile(
    r"(?<![\w/-])(?:(?:[A-Z][a-z]?){2,}[a-z]?\d*[A-Za-z]*(?:[-/][A-Z\dx][\w.%+]*)+|[A-Z]{2,}[A-Za-z]*-?\d+[\w.-]*"
    r"|[Nn]afion[®™]?(?:\s?\d{3}\w*)?)(?![\w-])",
    re.ASCII,
)
_RESPECTIVELY = re.compile(r"\brespectively\b|각각")
_MAX_DISTANCE = 160
_FOREIGN = frozenset(["FT-IR", "X-ray"])


def find_property(text: str, wanted: Property) -> list[Reading]:
    """Return the values of the property in order, without those of another kind or nearer to a stop word."""
    shown = unicodedata.normalize("NFC", text)
    found: list[Reading] = []
    start = 0
    for sentence in split_sentences(shown):
        start = shown.index(sentence, start)
        found.extend(
            reading._replace(at=(reading.at[0] + start, reading.at[1] + start))
            for reading in _in_sentence(sentence, wanted)
        )
        start += len(sentence)
    return found


def _in_sentence(sentence: str, wanted: Property) -> list[Reading]:
    labels = _labels(sentence, wanted)
    if not any(label.wanted for label in labels):
        return []
    kinds = {_kind(unit) for unit in wanted.units}
    values = [
        value
        for value in locate_quantities(sentence)
        if _kind(value.quantity.unit) in kinds and _belongs(value, labels)
    ]
    materials = _materials(sentence, labels, values)
    return [
        Reading(material, value.quantity.text, (value.start, value.end))
        for value, material in zip(values, materials, strict=True)
    ]


def _labels(sentence: str, wanted: Property) -> list[_Label]:
    """Return where properties are named; of two that overlap the longer one counts."""
    names = [(name, True) for name in (wanted.name, wanted.symbol, *wanted.synonyms)]
    found = [
        _Label(*match.span(), is_wanted)
        for name, is_wanted in names + [(name, False) for name in wanted.stop]
        if name
        for match in re.finditer(_pattern(name), sentence)
    ]
    kept: list[_Label] = []
    for label in sorted(found, key=lambda label: (label.start - label.end, label.wanted, label.start)):
        if all(label.end <= other.start or label.start >= other.end for other in kept):
            kept.append(label)
    return sorted(kept)


def _pattern(name: str) -> str:
    """A symbol such as WU is matched with its capitals, a name in any; Hangul may follow both."""
    words = r"[\s-]+".join(re.escape(word) for word in unicodedata.normalize("NFC", name).split())
    words = f"{words[:-1]}(?:y|ies)" if words.endswith("ty") else words
    caseless = "" if name.isupper() or len(name) < 4 else "(?i:"
    return rf"(?<![A-Za-z0-9-]){caseless}{words}s?{')' if caseless else ''}(?![A-Za-z0-9])"


def _kind(unit: str) -> tuple[str, str]:
    """Tell units apart by their dimensions; percentages and ratios of masses or volumes by their kind."""
    try:
        base = to_base(Quantity(1.0, None, unit, ""))[1]
    except ValueError:
        return "unknown", unit
    return base, unit.split(maxsplit=1)[0] if base == "1" and "%" not in unit else ""


def _belongs(value: Located, labels: list[_Label]) -> bool:
    """Tell whether the wanted property is the nearest one named; a name before the value is nearer than one behind."""
    before = [label for label in labels if label.end <= value.start]
    after = [label for label in labels if label.start >= value.end]
    if before and value.start - before[-1].end <= _MAX_DISTANCE:
        near_behind = (
            bool(after)
            and after[0].start - value.end <= 2 + len(" of ")
            and value.start - before[-1].end > 40
        )
        return after[0].wanted if near_behind else before[-1].wanted
    return bool(after) and after[0].wanted and after[0].start - value.end <= _MAX_DISTANCE // 2


def _materials(sentence: str, labels: list[_Label], values: list[Located]) -> list[str | None]:
    """Return the material of each value: pairwise where the sentence says so, else the nearest stated before."""
    names = _names(sentence, labels)
    if len(values) > 1 and _RESPECTIVELY.search(sentence):
        return [sentence[a:b] for a, b in names] if len(names) == len(values) else [None] * len(values)
    if len(names) == 1:
        return [sentence[names[0][0] : names[0][1]]] * len(values)
    found: list[str | None] = []
    for value in values:
        bracket = re.match(r"\s?(?:for|in|of)\s(?:the\s)?", sentence[value.end :])
        behind = [name for name in names if bracket and name[0] == value.end + bracket.end()]
        before = [name for name in names if name[1] <= value.start]
        nearest = behind[0] if behind else before[-1] if before else None
        found.append(sentence[nearest[0] : nearest[1]] if nearest else None)
    return found


def _names(sentence: str, labels: list[_Label]) -> list[tuple[int, int]]:
    """Return the places of sample codes (`QPPO-2`) and substances that are no name of a property."""
    spans = [match.span() for match in _CODE.finditer(sentence) if match.group() not in _FOREIGN]
    for compound in find_compounds(sentence):
        place = sentence.find(compound)
        if place >= 0:
            spans.append((place, place + len(compound)))
    free = [(a, b) for a, b in spans if all(b <= label.start or a >= label.end for label in labels)]
    kept: list[tuple[int, int]] = []
    for span in sorted(set(free), key=lambda span: (span[0] - span[1], span[0])):
        if all(span[1] <= a or span[0] >= b for a, b in kept):
            kept.append(span)
    return sorted(kept)
