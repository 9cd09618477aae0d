# ruff: noqa: SIM905 - a table of words reads better than one of quotation marks
"""Whether a translation between English and Korean still says every number and unit of its source.

Numbers are compared by value, because scripts of numbers differ: `5 million` is `500만`, `1,500` is `1500` or
`1천 5백`. A small number may be spelt (`세 개`, `three`). A unit written as a word must stand beside its number.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Literal

Language = Literal["ko", "en"]

_DIGITS = r"(?:\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?)"
_SMALL = {"": 1, "십": 10, "백": 100, "천": 1000}
_LARGE = {"": 1, "만": 10**4, "억": 10**8, "조": 10**12}
_SCALE = {"hundred": 10**2, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_PART = rf"{_DIGITS}\s?(?:[십백천]\s?[만억조]?|[만억조])"
_NUMBER = re.compile(
    rf"(?P<korean>{_PART}(?:\s?{_PART})*{_DIGITS}?)"
    rf"|(?P<digits>{_DIGITS})(?:[\s-](?P<scale>{'|'.join(_SCALE)})\b)?",
    re.IGNORECASE,
)
_KOREAN_PART = re.compile(rf"(?P<digits>{_DIGITS})\s?(?P<small>[십백천]?)\s?(?P<large>[만억조]?)")
_ENGLISH_WORDS = dict(enumerate(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen twenty".split()
)) | {30: "thirty", 40: "forty", 50: "fifty", 60: "sixty", 70: "seventy", 80: "eighty", 90: "ninety",
      100: "hundred", 1000: "thousand"}  # fmt: skip
_ORDINALS = dict(enumerate("first second third fourth fifth sixth seventh eighth ninth tenth".split(), 1))
_KOREAN_WORDS = {
    1: "하나|첫", 2: "둘", 3: "셋", 4: "넷", 5: "다섯", 6: "여섯", 7: "일곱", 8: "여덟", 9: "아홉",
    10: "열", 20: "스물", 30: "서른", 40: "마흔", 50: "쉰", 60: "예순", 70: "일흔", 80: "여든", 90: "아흔",
}  # fmt: skip
_ONES = "하나|한|둘|두|셋|세|넷|네|다섯|여섯|일곱|여덟|아홉"
_BEFORE_COUNTERS = {1: "한", 2: "두", 3: "세|석", 4: "네|넉", 20: "스무", 100: "백", 1000: "천", 10**4: "만"}
_COUNTER = (
    r"\s?(?:개|명|번|가지|살|시|배|대|권|마리|장|단계|사람|문장|단어|줄|편|곳|달|해|주|쌍|종|잔|병|문단|단락|항목"
    r"|차례|원|달러)"
)
_DAYS = {1: "하루", 2: "이틀", 3: "사흘", 4: "나흘", 10: "열흘"}


UNITS = (
    ("hours?|hrs?", "시간", "h", False),
    ("minutes?|mins?", "분", "min", True),
    ("seconds?|secs?", "초", "s", True),
    ("days?", "일|날", "d", True),
    ("weeks?", "주", "weeks?", True),
    ("months?", "개월|달|월", "months?", True),
    ("years?", "개?년|해|살|세|주년", "years?", True),
    ("percent|per cent", "퍼센트|프로", "[%％]", False),
    ("degrees?", "도", "°", True),
    ("kilomet(?:er|re)s?", "킬로미터", "km|㎞", False),
    ("centimet(?:er|re)s?", "센티미터|센티", "cm|㎝", False),
    ("met(?:er|re)s?", "미터", "m", False),
    ("miles?", "마일", "mi", False),
    ("feet|foot", "피트", "ft", False),
    ("inch(?:es)?", "인치", "in", False),
    ("kilograms?|kilos?", "킬로그램|킬로", "kg|㎏", False),
    ("grams?", "그램", "g", False),
    ("pounds?", "파운드", "lbs?|£", False),
    ("ounces?", "온스", "oz", False),
    ("lit(?:er|re)s?", "리터", "[Ll]", False),
    ("gallons?", "갤런", "gal", False),
    ("dollars?", "달러|불", "USD", False),
    ("euros?", "유로", "EUR", False),
)
"""Patterns of a unit as a word in English and Korean, and of its symbols; whether the Korean word is also one of dates
or of something else, so that a translation may well have no such unit."""
_CURRENCIES = {
    "$": "달러|불|dollars?|USD",
    "€": "유로|euros?|EUR",
    "£": "파운드|pounds?|GBP",
    "₩": "원|won|KRW",
}


def numbers(text: str) -> list[tuple[Decimal, int, int]]:
    """Return the numbers written in digits, also inside a word or a code (`B12`), and where they stand."""
    found = []
    for match in _NUMBER.finditer(text):
        value = _korean(match["korean"]) if match["korean"] else _plain(match["digits"])
        value *= _SCALE[match["scale"].lower()] if match["scale"] else 1
        found.append((value, match.start(), match.end()))
    return found


def lost_numbers(source: str, translation: str) -> list[str]:
    """Return the numbers of the source that the translation does not say, as they stand in the source."""
    said = {value for value, _, _ in numbers(translation)}
    said |= {_plain(digits) for digits in re.findall(_DIGITS, translation)}
    return [
        source[start:end]
        for value, start, end in numbers(source)
        if value not in said and not re.search(_spelt(value), translation, re.IGNORECASE)
    ]


def lost_units(source: str, translation: str, to: Language) -> list[str]:
    """Return the quantities of the source whose number stands without its unit in the translation into `to`."""
    return [shown for value, shown, unit in _united(source, to) if not _says(translation, value, unit)]


def _united(source: str, to: Language) -> Iterator[tuple[Decimal, str, str]]:
    """Yield the numbers with a unit, how they stand there, and the pattern of the unit in the translation."""
    for value, start, end in numbers(source):
        if sign := re.search(r"([$€£₩])\s?$", source[:start]):
            yield value, source[sign.start() : end], _CURRENCIES[sign[1]]
            continue
        for english, korean, symbols, dated in UNITS:
            word, other = (rf"(?:{english})(?![A-Za-z])", korean) if to == "ko" else (korean, english)
            found = re.match(rf"[\s-]?(?:{word})", source[end:], re.IGNORECASE)
            if found and (to == "ko" or not dated):
                yield value, source[start : end + found.end()], f"{other}|{symbols}"
                break


def _says(text: str, value: Decimal, unit: str) -> bool:
    """Tell whether the number stands before the unit (`10여 년`, too) or behind its sign, in digits or spelt."""
    behind = re.compile(rf"여?[\s-]?(?:{unit})(?![A-Za-z])", re.IGNORECASE)
    for start, end in ((start, end) for told, start, end in numbers(text) if told == value):
        sign = re.search(r"([$€£₩])\s?$", text[:start])
        names = _CURRENCIES[sign[1]].replace("?", "").split("|") if sign else []
        if behind.match(text, end) or any(re.fullmatch(unit, name) for name in names):
            return True
    days = _DAYS.get(int(value)) if "일" in unit else None
    spelt = re.compile(rf"(?:{_spelt(value, counted=False)}){behind.pattern}", re.IGNORECASE)
    return bool(spelt.search(text)) or (days is not None and days in text)


def _spelt(value: Decimal, *, counted: bool = True) -> str:
    """Return a pattern of the number in words, English and Korean; one that nothing matches where it is never spelt."""
    whole = int(value) if value == int(value) else -1
    alone = f"(?!{_ONES})" if whole >= 10 else ""  # 서른다섯 is 35, not 30
    korean = [f"(?:{_KOREAN_WORDS[whole]}){alone}"] if whole in _KOREAN_WORDS else []
    if whole in _BEFORE_COUNTERS:
        korean.append(f"(?:{_BEFORE_COUNTERS[whole]}){_COUNTER if counted else ''}")
    english = [words[whole] for words in (_ENGLISH_WORDS, _ORDINALS) if whole in words]
    patterns = [rf"(?<![가-힣]){one}" for one in korean] + [rf"\b{one}\b" for one in english]
    return "|".join(patterns) or r"(?!)"


def _plain(digits: str) -> Decimal:
    return Decimal(digits.replace(",", ""))


def _korean(text: str) -> Decimal:
    """Return the value of `1억 5천만` or `3만5000`: what stands before 만, 억 or 조 is multiplied as a whole."""
    total = section = Decimal(0)
    for part in _KOREAN_PART.finditer(text):
        section += _plain(part["digits"]) * _SMALL[part["small"]]
        if part["large"]:
            total, section = total + section * _LARGE[part["large"]], Decimal(0)
    return total + section
