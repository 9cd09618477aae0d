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
    return {"rows": [row | {"texts": [turned(text) for text in row["texts"]]} for row in sent(messages)]}


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


TEXT_FAULTS: dict[str, Callable[[str, str], str]] = {
    "lost_number": lambda made, text: re.sub(r"""(?<![⟦"\d])\d+(?![\d⟧"])""", "여러", made),
    "lost_mark": lambda made, text: re.sub(r"⟦\d+⟧|<m [^>]*>", "", made),
    "english": lambda made, text: text,
}
"""Of one text: from its translation and itself."""
ROW_FAULTS: dict[str, Callable[[Rows], Rows]] = {
    "dropped_row": lambda rows: rows[:-1],
    "extra_row": lambda rows: [*rows, {"row": 1, "texts": ["덤"]}],
    "split_text": lambda rows: [row | {"texts": [*row["texts"], "덤"]} for row in rows],
}
FAULTS = {*TEXT_FAULTS, *ROW_FAULTS}


def spoilt(messages: list[dict[str, str]], fault: str) -> dict[str, Rows]:
    """Return an answer with one of the faults."""
    if fault in ROW_FAULTS:
        return {"rows": ROW_FAULTS[fault](translated(messages)["rows"])}
    change = TEXT_FAULTS[fault]
    return {
        "rows": [
            row | {"texts": [change(turned(text), text) for text in row["texts"]]} for row in sent(messages)
        ]
    }
