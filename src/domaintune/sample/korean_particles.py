"""Korean particles: templates write 을(를), and the word before decides which of the two stays."""

import re

HANGUL_FIRST, HANGUL_LAST, FINALS = 0xAC00, 0xD7A3, 28
RIEUL = 8
"""Index of ㄹ among the finals: before 로 it counts as no final."""
FINAL_DIGITS = {"0": 21, "1": 8, "3": 16, "6": 1, "7": 8, "8": 8}
"""Digits whose Korean reading ends in a consonant (영 일 삼 육 칠 팔), as index of that final."""
FINAL_LETTERS = {"l": 8, "m": 16, "n": 4, "r": 8}
"""Latin letters whose Korean reading ends in a consonant (엘 엠 엔 알)."""
_CHOICE = re.compile(r"(\S)(은|이|을|과|으로)\((는|가|를|와|로)\)")


def with_particles(text: str) -> str:
    """Resolve every 은(는), 이(가), 을(를), 과(와) and 으로(로) by the character before it."""
    return _CHOICE.sub(lambda m: m[1] + (m[2] if _closed(m[1], m[2]) else m[3]), text)


def _closed(character: str, particle: str) -> bool:
    final = _final(character)
    return final != 0 and not (particle == "으로" and final == RIEUL)


def _final(character: str) -> int:
    code = ord(character)
    if HANGUL_FIRST <= code <= HANGUL_LAST:
        return (code - HANGUL_FIRST) % FINALS
    return FINAL_DIGITS.get(character, FINAL_LETTERS.get(character.lower(), 0))
