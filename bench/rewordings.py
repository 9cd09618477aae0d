"""Ways of rewriting a multiple-choice question, and composed questions, for `contamination_planted.py`."""

import html
import random
import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import NamedTuple

OPENERS = {
    "ko": (("다음 중", "아래에서"), ("옳은 것은", "맞는 것은"), ("틀린 것은", "잘못된 것은"), ("아닌 것은", "해당하지 않는 것은")),
    "en": (("Which of the following", "Which one of these"), ("What is", "Give"), ("A ", "One "), (" the ", " ")),
}  # fmt: skip


VOCABULARY = {
    "en": "acid alloy anode balance beaker boils bond burns catalyst cathode cell charge clear cools copper crystal current "
    "density dissolves dry electron energy ether flame flows freezes furnace gas glass heat hydrogen ion iron lattice light "
    "lime liquid mass melts membrane metal mixture neutral nickel orbital oxide oxygen polymer pressure pump rate reacts "
    "resin salt silver slow solid steam sulfur surface titrates turns vapour volume warm water weighs yields zinc",
    "ko": "산은 합금이 양극에서 저울로 비커에 끓는 결합을 타는 촉매가 음극에서 전지의 전하를 맑은 식는 구리의 결정이 전류를 "
    "밀도가 녹는 마른 전자를 에너지가 에테르에 불꽃을 흐르는 어는 가열로에서 기체를 유리와 열을 수소가 이온을 철과 격자의 빛을 "
    "석회로 액체가 질량을 막을 금속과 섞인 중성인 니켈로 궤도의 산화물이 산소와 고분자를 압력이 펌프로 속도가 반응한 수지를 "
    "소금의 은이 느린 고체를 수증기로 황을 표면에서 적정한 변한 부피가 따뜻한 물과 무게를 얻는 아연의",
}
WORDS = {language: words.split() for language, words in VOCABULARY.items()}


class Item(NamedTuple):
    """A question and its options; `language` is ko or en."""

    stem: str
    options: tuple[str, ...]
    language: str
    right: int = 0
    """Position of the right option."""
    known: bool = True
    """False: a question that ingest rejects, of which it is not known which option is right."""


class Row(NamedTuple):
    """A training row; `target` is what it copies, or -1 for a clean one."""

    kind: str
    language: str
    text: str
    target: int


def show(item: Item, labels: Sequence[str] = ()) -> str:
    """Return a question as training rows show it."""
    labels = labels or (
        ["①", "②", "③", "④", "⑤", "⑥", "⑦", "⑧"]
        if item.language == "ko"
        else [f"{letter}. " for letter in "ABCDEFGH"]
    )
    return item.stem + "\n" + "\n".join(a + b for a, b in zip(labels, item.options, strict=False))


def shuffled(item: Item, rng: random.Random) -> Item:
    """Return the question with its options in another order."""
    return item._replace(options=tuple(rng.sample(item.options, len(item.options))))


def spaced(text: str, rng: random.Random) -> str:
    """Drop some spaces, double others, break lines."""
    return "".join(rng.choice(["", " ", "  ", "\r\n"]) if c == " " else c for c in text)


def punctuated(text: str, rng: random.Random) -> str:
    """Drop or change marks between words; decimals stay."""
    return re.sub(r"(?<!\d)[.,:;?!'\"](?!\d)", lambda _: rng.choice(["", " ", "…", " -"]), text)


def entities(text: str, rng: random.Random) -> str:
    """Write some characters as HTML entities, spaces as &nbsp; and lines as <br>."""
    text = html.escape(text).replace("\n", "<br>\n")
    return "".join("&nbsp;" if c == " " and rng.random() < 0.3 else c for c in text).replace("②", "&#9313;")


def wide(text: str) -> str:
    """Write ASCII in full width."""
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" and c not in "$&<>" else c for c in text)


def mistyped(text: str, rng: random.Random) -> str:
    """Lose a letter in every sixty."""
    return "".join(c for c in text if not (c.isalpha() and rng.random() < 1 / 60))


def reworded(item: Item) -> str:
    """Change common words of the stem."""
    stem = item.stem
    for old, new in OPENERS[item.language]:
        stem = stem.replace(old, new)
    return show(item._replace(stem=stem))


def replaced(item: Item, rng: random.Random, other: Item) -> str:
    """Exchange one option."""
    options = list(item.options)
    options[rng.randrange(len(options))] = other.options[0]
    return show(item._replace(options=tuple(options)))


def word_changed(item: Item, other: Item, at: float, count: int = 1) -> Item:
    """Exchange `count` words of the stem, from the given place (0–1) on, for words of another question."""
    words, spare = item.stem.split(), [word for word in other.stem.split() if _plain(word)] or ["thing"]
    places = [n for n, word in enumerate(words) if _plain(word)]
    start = min(int(at * len(places)), max(0, len(places) - count))
    for number, place in enumerate(places[start : start + count]):
        words[place] = spare[(start + number) % len(spare)].strip("?.,")
    return item._replace(stem=" ".join(words))


def _plain(word: str) -> bool:
    """Say whether a word is no number, name or formula, which would make another question."""
    return word.strip("?.,;:").isalpha() and (word.islower() or not word.isascii())


def answered(item: Item) -> str:
    """Write question and right answer, as instruction sets do."""
    return f"{item.stem}\n{item.options[item.right]}"


PARTICLES = {"에서": "의", "의": "에서", "은": "이", "는": "가", "이": "은", "을": "의", "를": "의", "인": "일", "일": "인", "개": "가지", "류": "종", "명": "사람"}  # fmt: skip
SPELLED = {"g": "그램", "kg": "킬로그램", "L": "리터", "mL": "밀리리터", "m": "미터", "cm": "센티미터", "mol": "몰", "atm": "기압", "시간": " h", "분": " min"}  # fmt: skip
SPELLED_EN = {"g": " grams", "kg": " kilograms", "L": " liters", "mL": " milliliters", "m": " meters", "mol": " moles", "V": " volts", "J": " joules", "W": " watts"}  # fmt: skip
OTHER_UNITS = {"g": "kg", "kg": "g", "L": "mL", "mL": "L", "m": "cm", "cm": "m", "mol": "mmol", "시간": "분", "분": "시간", "V": "kV", "J": "kJ", "atm": "Pa", "W": "kW"}  # fmt: skip


def _behind_number(stem: str, swap: dict[str, str]) -> str:
    """Exchange what stands right behind a number or one space further."""
    names = "|".join(sorted(swap, key=len, reverse=True))
    return re.sub(rf"(?<=\d)(\s?)({names})(?![A-Za-z0-9$^])", lambda m: m[1] + swap[m[2]], stem)


def other_particles(item: Item) -> str:
    """Exchange the particle or counter behind a number; in English put a word there."""
    if item.language == "ko":
        return show(item._replace(stem=_behind_number(item.stem, PARTICLES)))
    return show(item._replace(stem=re.sub(r"(?<=\d) (?=[a-z]{4})", " whole ", item.stem)))


def other_shares(item: Item, rng: random.Random) -> str:
    """Write percentages as another kind, or the kind without its name, in stem and options."""

    def swap(match: re.Match[str]) -> str:
        return rng.choice([kind for kind in ("%", " %", "wt%", " vol%") if kind.strip() != match[0].strip()])

    return re.sub(r"(?<=\d)\s?(?:wt|vol)?%", swap, show(item))


def spelled_units(item: Item) -> str:
    """Write the units of the stem in words."""
    return show(
        item._replace(stem=_behind_number(item.stem, SPELLED if item.language == "ko" else SPELLED_EN))
    )


def other_units(item: Item) -> Item | None:
    """Return another exercise: the same numbers with other units; None where there are none."""
    stem = _behind_number(item.stem, OTHER_UNITS)
    return None if stem == item.stem else item._replace(stem=stem)


def embedded(item: Item, rng: random.Random, other: Item) -> str:
    """Put the question in the middle of a longer training row."""
    head = (
        "Work through it, answer as JSON." if item.language == "en" else "문제를 풀고 답을 JSON으로 쓰시오."
    )
    answer = f"{{'Answer': '{item.options[0]}', 'Explanation': '{other.stem}'}}"
    return f"### 지시\n{head}\n\n{show(other)}\n\nQ. {show(shuffled(item, rng))}\n\n### Response\n{answer}"


LABELS = {"1)": ["1) ", "2) ", "3) ", "4) ", "5) "], "(A)": ["(A) ", "(B) ", "(C) ", "(D) ", "(E) "], "가.": ["가. ", "나. ", "다. ", "라. ", "마. "]}  # fmt: skip
COPIES: dict[str, Callable[[Item, random.Random, Item], str]] = {
    "verbatim": lambda i, _, __: show(i),
    "punctuation": lambda i, r, _: punctuated(show(i), r),
    "spacing": lambda i, r, _: spaced(show(i), r),
    "option order": lambda i, r, _: show(shuffled(i, r)),
    "other labels": lambda i, r, _: show(i, r.choice(list(LABELS.values()))),
    "decomposed (NFD)": lambda i, _, __: unicodedata.normalize("NFD", show(i)),
    "full width": lambda i, _, __: wide(show(i)),
    "HTML": lambda i, r, _: entities(show(i), r),
    "upper case": lambda i, _, __: show(i).upper(),
    "in a longer row": embedded,
    "all of these": lambda i, r, _: entities(spaced(punctuated(wide(show(shuffled(i, r), LABELS["1)"])), r), r), r),
    "lost letters": lambda i, r, _: mistyped(show(i), r),
    "other openers": lambda i, _, __: reworded(i),
    "one option exchanged": replaced,
    "a word at the start": lambda i, _, o: show(word_changed(i, o, 0.0)),
    "a word in the middle": lambda i, _, o: show(word_changed(i, o, 0.5)),
    "a word at the end": lambda i, _, o: show(word_changed(i, o, 1.0)),
    "two words": lambda i, _, o: show(word_changed(i, o, 0.4, 2)),
    "three words": lambda i, _, o: show(word_changed(i, o, 0.3, 3)),
    "question and right answer": lambda i, _, __: answered(i),
    "a word, and right answer": lambda i, _, o: answered(word_changed(i, o, 0.5)),
    "other words at numbers": lambda i, _, __: other_particles(i),
    "other shares": lambda i, r, _: other_shares(i, r),
    "units in words": lambda i, _, __: spelled_units(i),
    "no options": lambda i, _, __: i.stem,
    "stem and a wrong option": lambda i, _, __: f"Q: {i.stem}\nA: {i.options[i.right - 1]}",
    "options only": lambda i, _, __: " / ".join(i.options),
}  # fmt: skip


def numbered(item: Item, rng: random.Random) -> Item | None:
    """Return another exercise: the same words with other numbers; None where there are none."""
    stem = re.sub(
        r"(?<![A-Za-z_$\d.])\d+(?=[\s.,%]|[a-zA-Z가-힣℃°])",
        lambda m: str(int(m[0]) + rng.randint(1, 9)),
        item.stem,
    )
    return None if stem == item.stem else item._replace(stem=stem)


def composed(count: int = 400) -> list[Item]:
    """Return composed questions in both languages: short and long stems, some with numbers, some with many options."""
    rng = random.Random(3)
    return [_composed(language, rng) for language in WORDS for _ in range(count)]


def _composed(language: str, rng: random.Random) -> Item:
    words = rng.sample(WORDS[language], rng.choice([3, 5, 12]))
    if rng.random() < 0.3:
        words.insert(2, f"{rng.randint(2, 90)} {'g' if language == 'en' else '그램'}")
    opener, end = ("Which of the following", "?") if language == "en" else ("다음 중", " 것은?")
    known = rng.random() < 0.9
    options = tuple(" ".join(rng.sample(WORDS[language], 2)) for _ in range(4 if known else 8))
    return Item(f"{opener} {' '.join(words)}{end}", options, language, rng.randrange(4), known)


TEMPLATES = {
    "en": (
        ("What is the main hazard when {} meets {} in a closed vessel?", ("fire", "toxic vapour", "pressure", "none of these")),
        ("How many signals does the spectrum of {} show in {}?", ("1", "2", "3", "4")),
        ("Which colour does {} have after it was heated with {}?", ("white", "blue", "green", "red")),
    ),
    "ko": (
        ("밀폐된 용기에서 {} 물질이 {} 물질과 만날 때 가장 큰 위험은?", ("화재", "독성 증기", "압력 상승", "위험이 없다")),
        ("{} 물질을 {} 물질과 함께 가열한 뒤의 색으로 옳은 것은?", ("흰색", "푸른색", "초록색", "붉은색")),
    ),
}  # fmt: skip


def families(count: int = 80) -> list[list[Item]]:
    """Return template families: the same words and options, another pair of substances in each question."""
    rng = random.Random(5)
    return [
        [
            Item(text.format(*rng.sample(WORDS[language], 2)), options, language, rng.randrange(4))
            for _ in range(count)
        ]
        for language, templates in TEMPLATES.items()
        for text, options in templates
    ]
