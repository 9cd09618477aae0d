"""Keys by which questions are compared: letters and digits, numbers with their units, names and formulas."""

import html
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from domaintune.science.matching import normalise
from domaintune.science.repair_text import ENTITY, INVISIBLE

_SYMBOLS = (
    "m km dm cm mm μm nm pm å g kg mg μg ng t l kl dl ml μl mol mmol kmol "
    "s ms μs ns h min k c f n kn pa kpa mpa hpa atm bar mbar torr mmhg psi j kj mj cal kcal ev kev mev "
    "w kw mw a ma v mv kv ω kω hz khz mhz ghz rpm ppm ppb"
)
_NAMES = {
    "g": "gram grams 그램", "kg": "kilogram kilograms 킬로그램", "mg": "밀리그램", "t": "ton tons 톤",
    "l": "liter liters litre litres 리터", "ml": "milliliter milliliters 밀리리터 cc", "km": "킬로미터",
    "m": "meter meters metre metres 미터", "cm": "centimeter centimeters 센티미터", "mm": "밀리미터",
    "mol": "mole moles 몰", "atm": "기압", "cal": "칼로리", "kcal": "킬로칼로리", "v": "volt volts 볼트",
    "w": "watt watts 와트", "j": "joule joules 줄", "k": "kelvin kelvins 켈빈", "a": "ampere amperes 암페어",
    "h": "hr hrs hour hours 시간", "min": "mins minute minutes 분", "s": "sec secs second seconds 초",
    "year": "year years 년",
}  # fmt: skip
UNITS = {symbol: symbol for symbol in _SYMBOLS.split()} | {
    name: symbol for symbol, names in _NAMES.items() for name in names.split()
}
"""Each spelling, in the case and signs that `tokens` leaves, and its symbol; `c` also stands for °C."""
_LONGEST_FIRST = sorted(UNITS, key=lambda name: (-len(name), name))
_LATIN = "|".join(name for name in _LONGEST_FIRST if not "가" <= name[0] <= "힣")
_HANGUL = "|".join(name for name in _LONGEST_FIRST if "가" <= name[0] <= "힣")
_NUMBER = re.compile(
    rf"(\d+(?:\.\d+)*)(?: ?((?:{_LATIN})(?=[23]?(?![^\W_가-힣]))|(?!초과|분의|분자|분해|분류|줄어)(?:{_HANGUL})))?"
)
"""A power is left to be a number of its own, as `m$^2$` comes apart and `m²` does not."""


Quantities = Counter[tuple[str, str]]
"""How often a number, as it is written, stands with the symbol of a unit; empty where there is none."""


def quantities(words: Sequence[str]) -> Quantities:
    """Return how often each number occurs with each unit: `25 g` and `25그램` are one, `25 m` is another."""
    found = _NUMBER.findall(" ".join(words))
    return Counter((number, UNITS.get(unit, "")) for number, unit in found)


def covers(row: Quantities, wanted: Quantities) -> bool:
    """Say whether a row has all wanted numbers as often, none only with another unit; one left out is no other unit."""
    lacking, spare = wanted - row, row - wanted
    return all(
        sum(count for (one, unit), count in lacking.items() if one == number and unit) <= spare[number, ""]
        and lacking[number, ""] <= sum(count for (one, _), count in spare.items() if one == number)
        for number, _ in lacking
    )


_TAG = re.compile(r"</?(?:sub|sup|br|p|b|i|u|em|strong|span|div|li|ol|ul|font)\b[^<>]*>", re.IGNORECASE)
_CIRCLED = {first + i: f" {chr(0x1681 + i)} " for first in (0x2460, 0x2474) for i in range(20)}
"""① as a letter of a script no question uses: as a digit it would pass for an option that is a number."""
_LABEL = re.compile(
    r"^[ \t]*[1-9１-９A-Ea-eＡ-Ｅａ-ｅ가나다라마][.．](?![\d０-９])"
    r"|(?:^|(?<=\s))[(（]?[1-9１-９A-Ea-eＡ-Ｅａ-ｅ가나다라마][)）](?![.,;:?)．，；：？）])",
    re.MULTILINE,
)
_THOUSANDS = re.compile(r"(?<![\d.,])\d{1,3}(?:,\d{3})+(?![\d,])")
_TOKEN = re.compile(r"[^\W_]+(?:(?<=\d)\.(?=\d)[^\W_]+)*")
_SHARE = re.compile(r"(?<=\d) ?(?:(?:wt|vol|mol|w|v)[. ]{0,2}%|퍼센트|per ?cent\b)")
"""What 94 % may be followed by in a copy; `%` itself leaves no letters."""
_BREAK = re.compile(r"\\[nrt](?![a-z])|\\(?:text|mathrm|mathbf)\b")


class Key(NamedTuple):
    """A text's letters and digits without space; `starts[i]` is 1 where a word begins at i, and at the end."""

    text: str
    starts: bytes

    def without(self, other: str) -> "Key":
        """Return the key with the first place of another text, which it holds, cut out."""
        at = self.text.index(other)
        end = at + len(other)
        return Key(self.text[:at] + self.text[end:], self.starts[:at] + b"\1" + self.starts[end + 1 :])

    def holds(self, other: str) -> bool:
        """Say whether whole words, run together, are this text: `3` is not in `13`, `0.1` not in `0.10`."""
        at = self.text.find(other)
        while at >= 0:
            if self.starts[at] and self.starts[at + len(other)]:
                return True
            at = self.text.find(other, at + 1)
        return False


def tokens(text: str) -> list[str]:
    """Return the words without case, punctuation, width, entities, tags, formula marks and options' labels.

    `H₂SO₄`, `H<sub>2</sub>SO<sub>4</sub>` and `H$_2$SO$_4$` end up alike once run together. Decimals stay
    whole, ① is a word of its own, `94 wt%` and `94 vol%` are `94`.
    """
    while "&" in text and (once := ENTITY.sub(lambda match: html.unescape(match.group()), text)) != text:
        text = once
    text = unicodedata.normalize("NFC", INVISIBLE.sub("", _BREAK.sub(" ", _TAG.sub("", text))))
    text = _LABEL.sub(" ", text).translate(_CIRCLED)
    text = _THOUSANDS.sub(lambda match: match.group().replace(",", ""), normalise(text))
    text = _SHARE.sub(" ", text)
    return _TOKEN.findall(text)


class Part(NamedTuple):
    """A stem, an option or a row in the forms that are compared."""

    words: list[str]
    key: Key
    jamo: str
    quantities: Quantities


def part_of(text: str) -> Part:
    """Return what is left of a stem, an option or a row."""
    words = tokens(text)
    key = Key("".join(words), b"".join(b"\1" + bytes(len(word) - 1) for word in words) + b"\1")
    return Part(words, key, unicodedata.normalize("NFD", key.text), quantities(words))


_NAME = re.compile(r"[A-Za-z]*[A-Z][A-Za-z0-9]*")
_STARTS = re.compile(r"(?:^|[.?!:;\"'“(]\s*)\W*([^\W_]+)")
HANGUL = re.compile(r"[가-힣]{2,}$")


def names_of(text: str, *, korean: bool) -> frozenset[str]:
    """Return the words with a capital letter that does not come from where they stand: names and formulas.

    A word that begins a sentence may owe its capital to that, unless it has another one (NaCl); in Korean text no
    word does. A text in capitals, or in title case, has none.
    """
    first = frozenset() if korean else frozenset(match.group(1) for match in _STARTS.finditer(text))
    found = [word for word in _NAME.findall(text) if word not in first or sum(map(str.isupper, word)) > 1]
    if not korean and 2 * len(found) > len(text.split()):
        return frozenset()
    return frozenset(
        token for word in found for token in tokens(word) if len(token) > 1 and token not in UNITS
    )


def blanks(stem: Part, siblings: Sequence[Part]) -> frozenset[str]:
    """Return the words of a stem that a sibling lacks: what fills the blanks. Numbers are told elsewhere."""
    words = {word for word in stem.words if word not in UNITS and not any(map(str.isdecimal, word))}
    words -= words.intersection(*(other.words for other in siblings))
    return frozenset(word for word in words if not all(has(other, word) for other in siblings))


def has(text: Part, word: str) -> bool:
    """Say whether a text has a word; a Korean one of three syllables or more also with another particle."""
    if not HANGUL.match(word):
        return text.key.holds(word)
    return (word[:-1] if len(word) > 2 else word) in text.key.text
