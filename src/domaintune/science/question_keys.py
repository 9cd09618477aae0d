"""Keys by which questions are compared: letters and digits, and numbers with their units."""

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


class Quantity(NamedTuple):
    """A number as it is written, and the symbol of its unit; empty where there is none."""

    number: str
    unit: str


Quantities = Counter[Quantity]


def quantities(words: Sequence[str]) -> Quantities:
    """Return how often each number occurs with each unit: `25 g` and `25그램` are one, `25 m` is another."""
    found = _NUMBER.findall(" ".join(words))
    return Counter(Quantity(number, UNITS.get(unit, "")) for number, unit in found)


def covers(row: Quantities, wanted: Quantities) -> bool:
    """Say whether a row has all numbers that are wanted, each as often, and none only with another unit.

    A unit that one side leaves out is not another unit: `1.6 C` may stand as `1.6`.
    """
    lacking, spare = wanted - row, row - wanted
    with_unit, spare_any = Counter[str](), Counter[str]()
    for (number, unit), count in lacking.items():
        with_unit[number] += count if unit else 0
    for (number, _), count in spare.items():
        spare_any[number] += count
    bare = Counter({number: count for (number, unit), count in lacking.items() if not unit})
    return (
        with_unit <= Counter({number: spare[Quantity(number, "")] for number in with_unit})
        and spare_any >= bare
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
