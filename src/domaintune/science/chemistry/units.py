# ruff: noqa: SIM905 - a table of words reads better than one of quotation marks
"""Units of measurement: one spelling for each, and what they are in SI base units.

Sources: IUPAC Green Book (3rd edition, 2007), sections 1.3 and 1.5 (symbols, products and quotients), 3.3-3.7
(units, prefixes); SI Brochure (9th edition, 2019), tables 2-8, section 5.2 (solidus).
"""

import re
import unicodedata
from functools import lru_cache

PREFIX = {
    "f": 1e-15, "p": 1e-12, "n": 1e-9, "μ": 1e-6, "m": 1e-3, "c": 1e-2, "d": 1e-1, "k": 1e3, "M": 1e6, "G": 1e9,
}  # fmt: skip
_SI: dict[str, tuple[float, str]] = {
    "m": (1, "m"), "g": (1e-3, "kg"), "s": (1, "s"), "A": (1, "A"), "K": (1, "K"), "mol": (1, "mol"),
    "Hz": (1, "s-1"), "N": (1, "kg m s-2"), "Pa": (1, "kg m-1 s-2"), "J": (1, "kg m2 s-2"), "W": (1, "kg m2 s-3"),
    "C": (1, "A s"), "V": (1, "kg m2 s-3 A-1"), "F": (1, "kg-1 m-2 s4 A2"), "Ω": (1, "kg m2 s-3 A-2"),
    "S": (1, "kg-1 m-2 s3 A2"), "T": (1, "kg s-2 A-1"), "L": (1e-3, "m3"), "eV": (1.602176634e-19, "kg m2 s-2"),
    "bar": (1e5, "kg m-1 s-2"), "cal": (4.184, "kg m2 s-2"), "Da": (1.66053906892e-27, "kg"), "M": (1e3, "mol m-3"),
    "Wh": (3600, "kg m2 s-2"), "Ah": (3600, "A s"), "eq": (1, "eq"), "P": (0.1, "kg m-1 s-1"), "t": (1e3, "kg"),
    "ppm": (1e-6, ""), "ppb": (1e-9, ""), "%": (0.01, ""), "‰": (1e-3, ""), "wt%": (0.01, "wt"), "vol%": (0.01, "vol"),
    "mol%": (0.01, "molar"), "at%": (0.01, "at"), "%RH": (0.01, "RH"), "°": (1, "deg"),
    "°C": (1, "degC"), "°F": (1, "degF"),
    "min": (60, "s"), "h": (3600, "s"), "d": (86400, "s"), "week": (604800, "s"), "month": (1, "month"),
    "year": (1, "year"), "atm": (101325, "kg m-1 s-2"), "Torr": (101325 / 760, "kg m-1 s-2"),
    "psi": (6894.757293168, "kg m-1 s-2"), "Å": (1e-10, "m"), "rpm": (1 / 60, "s-1"), "equiv": (1, "equiv"),
    "ha": (1e4, "m2"), "IU": (1, "IU"), "cycle": (1, "cycle"),
}  # fmt: skip
"""Symbol: factor and SI base units; `wt`, `eq` and the like are kinds of their own, so 12 wt% is not 12 mol%."""
_PREFIXED = frozenset("m g s A K mol Hz N Pa J W C V F Ω S T L eV bar cal Da M Wh Ah eq P t".split())
_ALIASES = {
    "wt.%": "wt%", "weight%": "wt%", "w/w%": "wt%", "mass%": "wt%", "vol.%": "vol%", "v/v%": "vol%",
    "mol.%": "mol%", "mole%": "mol%", "at.%": "at%", "percent": "%", "퍼센트": "%", "℃": "°C",
    "degC": "°C", "ºC": "°C", "˚C": "°C", "℉": "°F", "hr": "h", "hrs": "h", "hour": "h", "hours": "h",
    "시간": "h", "mins": "min", "minute": "min", "minutes": "min", "분": "min", "sec": "s", "secs": "s",
    "second": "s", "seconds": "s", "초": "s", "day": "d", "days": "d", "weeks": "week",
    "months": "month", "years": "year", "l": "L", "ml": "mL", "μl": "μL", "dl": "dL", "Ohm": "Ω",
    "ohm": "Ω", "kcals": "kcal", "mole": "mol", "moles": "mol", "equivalents": "equiv", "eq.": "equiv",
    "equiv.": "equiv", "Kelvin": "K", "torr": "Torr", "cycles": "cycle", "cc": "cm3", "°K": "K",
    "meq.": "meq", "mequiv": "meq", "kDA": "kDa",
}  # fmt: skip
_SPELLINGS = {prefix + symbol for symbol in _PREFIXED for prefix in PREFIX} | set(_SI) | set(_ALIASES)
BARE_WORDS = frozenset("C F N M P t A T d S g K V W J L m s h".split())
"""Symbols that directly behind a number and alone may be something else; they need a space before them."""
NEVER_ALONE = frozenset("C F N P t pt fF pC nC dA cd".split())
"""Symbols that alone behind a number are rather an element, a rate or a page than a unit."""
_UNIT = "|".join(re.escape(word) for word in sorted(_SPELLINGS, key=lambda word: (-len(word), word)))
_POWER = r"(?:\$?\^?\{?[-+]?\d\}?\$?(?!\d|\.\d))"
_FACTOR = rf"(?:{_UNIT}){_POWER}?"
_JOIN = r"(?:\s?/\s?|\s?[·*]\s?|\.(?=[A-Za-zμΩ]+-?\d)|\s?per\s)"
EXPRESSION = (
    r"(?:(?:wt|vol|mole?|at|weight|mass)\.?\s?%"
    rf"|{_FACTOR}(?:{_JOIN}(?:\({_FACTOR}(?:[\s·]{_FACTOR})*\)|{_FACTOR})|\s(?:{_UNIT}){_POWER})*)"
)
"""A pattern for a whole unit; a factor behind a mere space needs a power: `5 mg L-cysteine` is 5 mg."""
_STEP = re.compile(
    rf"(?P<join>\s?/\s?\(?|\s?per\s|\s?[·*.]\s?|\s)?(?P<unit>{_UNIT})(?:\^?\{{?(?P<power>[-+]?\d)\}}?)?\)?"
)
SCRIPTS = str.maketrans(
    "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻−–‐‑‒﹣－µ\u00a0\u2009\u202f\u2002\u3000∙⋅•×\u2126％／", "0123456789+--------μ     ···×Ω%/"
)
_SPACED_KIND = re.compile(r"\b(wt|vol|mol|mole|at|weight|mass)\.?\s?(?=%)")


@lru_cache(maxsize=4096)
def normalise_unit(unit: str) -> str:
    """Return the one spelling of a unit: `mS/cm`, `mS·cm⁻¹` and `mS cm^{-1}` are `mS cm-1`.

    What stands behind a solidus is divided by, also in `W/m·K`; the Green Book (1.5) asks for parentheses
    there, and authors who leave them out mean the same. `meq g-1` stays apart from `mmol g-1`: the two are equal for
    ions of charge one only. An unknown unit comes back with its signs unified.
    """
    plain = _plain(unit)
    factors = _factors(plain)
    return plain if factors is None else _write(factors)


def unit_in_base(unit: str) -> tuple[float, str]:
    """Return the factor to SI base units and these, sorted, or raise ValueError: `mS cm-1` is 0.1 `A2 kg-1 m-3 s3`."""
    factors = _factors(_plain(unit))
    if not factors:
        raise ValueError(f"unknown unit {unit!r}")
    value, powers = 1.0, dict[str, int]()
    for name, power in factors:
        symbol, scale = (name, 1.0) if name in _SI else (name[1:], PREFIX[name[0]])
        factor, base = _SI[symbol]
        value *= (scale * factor) ** power
        for part in base.split():
            split = re.fullmatch(r"([A-Za-z]+)(-?\d)?", part)
            assert split
            powers[split[1]] = powers.get(split[1], 0) + int(split[2] or 1) * power
    return value, _write([one for one in sorted(powers.items()) if one[1]]) or "1"


def _plain(unit: str) -> str:
    text = unicodedata.normalize("NFC", unit.replace("$", "")).translate(SCRIPTS)
    return _SPACED_KIND.sub(
        lambda match: match[1].replace("weight", "wt").replace("mass", "wt"), " ".join(text.split())
    )


def _factors(plain: str) -> list[tuple[str, int]] | None:
    """Split into units with their powers, those above the line first; None for what is no unit."""
    place, below, found = 0, False, list[tuple[str, int]]()
    while place < len(plain):
        match = _STEP.match(plain, place)
        if not match or (place and not match["join"]) or (not place and match["join"]):
            return None
        below = below or "/" in (match["join"] or "") or "per" in (match["join"] or "")
        power = int(match["power"] or 1)
        name = _ALIASES.get(match["unit"], match["unit"])
        if name == "cm3":
            name, power = "cm", 3 * power
        found.append((name, -power if below and power > 0 else power))
        place = match.end()
    return sorted(found, key=lambda factor: factor[1] <= 0)


def _write(factors: list[tuple[str, int]]) -> str:
    return " ".join(name if power == 1 else f"{name}{power}" for name, power in factors)
