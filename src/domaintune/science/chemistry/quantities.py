"""Numbers with units in running text, and when two of them are the same quantity.

Sources: IUPAC Green Book (3rd edition, 2007), sections 1.1 (a quantity is a number times a unit) and 1.3; SI
Brochure (9th edition, 2019), section 5.4.3 (a space between number and unit); JCGM 100:2008 (GUM), section 7.2 (±).
"""

import math
import re
import unicodedata
from typing import NamedTuple

from domaintune.science.chemistry.chemical_names import HANGUL
from domaintune.science.chemistry.units import (
    BARE_WORDS,
    EXPRESSION,
    NEVER_ALONE,
    SCRIPTS,
    normalise_unit,
    unit_in_base,
)


class Quantity(NamedTuple):
    """A value (or the low end of a range) in a normalised unit, and how it was written; ± stays in the text only."""

    value: float
    high: float | None
    unit: str
    text: str


_DIGITS = str.maketrans("０１２３４５６７８９．，（）＋～", "0123456789.,()+~")
_SIGN = r"(?:(?<![\w)\]])[+-]\s?)?"
_PLAIN = r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?"
_POWER10 = r"(?:\s?[×xX*·]\s?10\s?\^?\{?(?P<END_power>[-+]?\d{1,2})\}?|[eE](?P<END_e>[-+]?\d{1,2})(?!\w))?"
_NUMBER = f"(?P<low>{_SIGN}{_PLAIN})" + _POWER10.replace("END", "low")
_HIGH = f"(?P<high>[-+]?{_PLAIN})" + _POWER10.replace("END", "high")
_QUANTITY = re.compile(
    rf"(?P<bound>[<>≤≥]\s?)?(?<![\w.,/])(?<![A-Za-z]-){_NUMBER}"
    rf"(?:\s?\(?(?:±|\+/-)\s?{_PLAIN}\)?|\(\d+\))?"
    rf"(?:(?P<first>\s?(?:%|°C|℃))?(?:\s?[-~—]\s?|\s(?:to|and)\s){_HIGH}(?:\s?±\s?{_PLAIN})?(?(first)(?=(?P=first))))?"
    rf"(?P<space>\$?\s?-?)(?P<unit>{EXPRESSION})(?![A-Za-z0-9])"
)


def parse_quantities(text: str) -> list[Quantity]:
    """Return the quantities with a known unit, in order; `24, 48 and 72 h` are three."""
    return [quantity for quantity, _, _ in locate_quantities(text)]


def locate_quantities(text: str) -> list[tuple[Quantity, int, int]]:
    """Return the quantities, and where each begins and ends in NFC; one in a list has the list's unit in its text."""
    shown = unicodedata.normalize("NFC", text)
    flat = shown.translate(SCRIPTS).translate(_DIGITS)
    found: list[tuple[Quantity, int, int]] = []
    for match in _QUANTITY.finditer(flat):
        if not _is_unit(match, flat):
            continue
        start = match.start("bound") if match["bound"] else match.start("low")
        unit = normalise_unit(match["unit"])
        low, high = _number(match, "low"), _number(match, "high") if match["high"] else None
        joined = high is not None and re.search(
            r"\sand\s[^ ]*$", flat[match.end("low") : match.start("high")] + "x"
        )
        between = bool(re.search(r"\bbetween\s(?:\w+\s)?$", flat[max(0, start - 24) : start]))
        written = shown[match.start("unit") : match.end("unit")]
        if joined and not between:
            first = Quantity(low, None, unit, f"{shown[start : match.end('low')]} {written}")
            found.extend(_listed(flat, start, unit, written))
            found.append((first, start, match.end("low")))
            start, low, high = match.start("high"), high or 0.0, None
        elif high is None:
            found.extend(_listed(flat, start, unit, written))
        found.append((Quantity(low, high, unit, shown[start : match.end()]), start, match.end()))
    return found


def _listed(flat: str, start: int, unit: str, written: str) -> list[tuple[Quantity, int, int]]:
    """Return the numbers before the last of a list, which share its unit."""
    begin = max(0, start - 60)
    tail = re.search(rf"(?:(?<![\w.,/-]){_PLAIN}(?:,\s(?:and\s)?|\sand\s))+$", flat[begin:start])
    if not tail:
        return []
    begin += tail.start()
    return [
        (
            Quantity(float(match[0].replace(",", "")), None, unit, f"{match[0]} {written}"),
            begin + match.start(),
            begin + match.end(),
        )
        for match in re.finditer(_PLAIN, tail[0])
    ]


def _is_unit(match: re.Match[str], flat: str) -> bool:
    """Refuse what is written like a unit and is none: `3d`, `2 N atoms`, `5 V-shaped`, `3분의 1`."""
    unit, rest = match["unit"], flat[match.end() : match.end() + 2]
    if unit in NEVER_ALONE or (unit in BARE_WORDS and not match["space"] and unit in "dMSTAms"):
        return False
    if unit == "분" and rest.startswith("의"):
        return False
    if rest[:1] == "-" and rest[1:].isalnum() and unit in BARE_WORDS:
        return False
    return bool(re.match(rf"$|[^\w]|[{HANGUL}]", rest))


def _number(match: re.Match[str], name: str) -> float:
    power = match[f"{name}_power"] or match[f"{name}_e"]
    if name == "low" and not power and match["high"]:
        power = match["high_power"] or match["high_e"]  # (1-3) × 10-2: both ends have the power
    return float(f"{match[name].replace(',', '').replace(' ', '')}e{power or 0}")


def to_base(quantity: Quantity) -> tuple[float, str]:
    """Return the value in SI base units, and these; a temperature alone in °C is turned into K."""
    if quantity.unit == "°C":
        return quantity.value + 273.15, "K"
    if quantity.unit == "°F":
        return (quantity.value + 459.67) * 5 / 9, "K"
    factor, base = unit_in_base(quantity.unit)
    return quantity.value * factor, base


def same_quantity(a: str, b: str) -> bool:
    """Tell whether two texts each state one quantity, with the same ends and bound (`<`), whatever its uncertainty."""
    first, second = parse_quantities(a), parse_quantities(b)
    bounds = {one.text[0] if one.text[0] in "<>≤≥" else "" for one in (*first, *second)}
    if len(first) != 1 or len(second) != 1 or len(bounds) > 1:
        return False
    ends, others = _ends(first[0]), _ends(second[0])
    return len(ends) == len(others) and all(
        unit == other_unit and math.isclose(end, other_end, rel_tol=1e-9)
        for (end, unit), (other_end, other_unit) in zip(ends, others, strict=True)
    )


def _ends(quantity: Quantity) -> list[tuple[float, str]]:
    """Return both ends of a range, or the value, in SI base units."""
    values = (quantity.value, quantity.high)
    return [to_base(quantity._replace(value=one)) for one in values if one is not None]
