"""The numbers of a question with their units: what tells two exercises of the same wording apart.

Only a known unit belongs to a number. The word that happens to follow is a particle (`20에서`), a counter (`4개`)
or any noun, and changes from copy to copy. A share is a number alone: `94%`, `94 wt%` and `94 vol%` are alike.
"""

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

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

    A unit that one side leaves out is no other unit: `1.6 C` may stand as `1.6`.
    """
    lacking, spare = wanted - row, row - wanted
    lacking_unit, spare_any = Counter[str](), Counter[str]()
    for (number, unit), count in lacking.items():
        lacking_unit[number] += count if unit else 0
    for (number, _), count in spare.items():
        spare_any[number] += count
    return all(count <= spare[Quantity(number, "")] for number, count in lacking_unit.items()) and all(
        count <= spare_any[number] for (number, unit), count in lacking.items() if not unit
    )
