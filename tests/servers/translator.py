"""A translator for tests that is honest about what it can: letters of the other script, everything else as it is.

Two Latin letters become one Hangul syllable and back, so that a back-translation says how much is left. Marks, digits
and signs stay; units become the word the other language has. The faults are those of real models.
"""

import json
import re
from collections.abc import Callable
from typing import Any

LETTERS = "abcdefghijklmnopqrstuvwxyz"
UNITS = {
    "hours": "시간",
    "minutes": "분",
    "days": "일",
    "years": "년",
    "percent": "퍼센트",
    "dollars": "달러",
}
BACK = {korean: english for english, korean in UNITS.items()}
FIRST = 0xAC00 + 600
PAIR = re.compile(r"⟦\d+⟧|[A-Za-z]+|[가-힣]+")
Rows = list[dict[str, Any]]


def translated(messages: list[dict[str, str]]) -> dict[str, Rows]:
    """Return what the rows of a request are in the other script."""
    return {
        "rows": [
            {"row": row["row"], "texts": [turned(text) for text in row["texts"]]} for row in sent(messages)
        ]
    }


def sent(messages: list[dict[str, str]]) -> Rows:
    """Return the rows of a request; a re-ask carries them in the first message of the user."""
    user = next(message["content"] for message in messages if message["role"] == "user")
    return list(json.JSONDecoder().raw_decode(user[user.index("{") :])[0]["rows"])


def turned(text: str) -> str:
    return PAIR.sub(lambda found: _word(found[0]), text)


def _word(word: str) -> str:
    if word.startswith("⟦"):
        return word
    if word in UNITS or word in BACK:
        return UNITS.get(word) or BACK[word]
    if word.isascii():
        small = word.lower() + "a" * (len(word) % 2)
        pairs = [small[at : at + 2] for at in range(0, len(small), 2)]
        return "".join(chr(FIRST + 26 * LETTERS.index(a) + LETTERS.index(b)) for a, b in pairs)
    codes = [ord(letter) - FIRST for letter in word]
    return "".join(LETTERS[code // 26 % 26] + LETTERS[code % 26] for code in codes)


def _each(change: Callable[[str], str]) -> Callable[[Rows, list[dict[str, str]]], Rows]:
    return lambda rows, _: [{**row, "texts": [change(text) for text in row["texts"]]} for row in rows]


def _without_last(rows: Rows, _: list[dict[str, str]]) -> Rows:
    return rows[:-1]


def _one_more(rows: Rows, _: list[dict[str, str]]) -> Rows:
    return [*rows, {"row": 1, "texts": ["덤"]}]


def _same(_: Rows, messages: list[dict[str, str]]) -> Rows:
    return sent(messages)


FAULTS: dict[str, Callable[[Rows, list[dict[str, str]]], Rows]] = {
    "lost_number": _each(lambda text: re.sub(r"(?<!⟦)\b\d+(?!\d*⟧)", "여러", text)),
    "lost_mark": _each(lambda text: re.sub(r"⟦\d+⟧", "", text)),
    "english": _same,
    "short": _each(lambda text: " ".join([*re.findall(r"⟦\d+⟧|\d+ 시간|\d+", text), "뭐"])),
    "dropped_row": _without_last,
    "extra_row": _one_more,
    "split_text": lambda rows, _: [{**row, "texts": [*row["texts"], "덤"]} for row in rows],
}


def spoilt(messages: list[dict[str, str]], fault: str) -> dict[str, Rows]:
    """Return an answer with one of the faults."""
    return {"rows": FAULTS[fault](translated(messages)["rows"], messages)}
