"""Which words say something, and whether a text says them: Korean particles, endings and spacing aside."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domaintune.science.content_words import content_words, says, share_said, to_jamo, words_of

TEXT = "촉매표면에서 반응 속도를 높인다. 이 연구는 폴리머 전해질막을 개발하고 평가하였다. 물을 분해하는 장치."


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("촉매 표면은 높이는 개발했다 평가됩니다 연구에서는 전해질막의 물의 장치이다 속도가", True),
        ("건물은 온도 로켓 구리 표정은 속력이 기술은", False),
    ],
    ids=["other particle, ending, spacing", "only looks alike"],
)
def test_a_korean_word_is_found_in_another_form_and_one_that_only_looks_alike_is_not(
    words: str, said: bool
) -> None:
    assert [word for word in words.split() if says(words_of(TEXT), word) is not said] == []


def test_english_words_meet_without_capitals_and_plural_but_numbers_and_formulas_as_they_stand() -> None:
    known = words_of("Radiators of 2.5 kg hold CO2 and cyclopenta[c]pyridine.")
    asked = [*content_words("A radiator holding 2.5kg: CO2"), "25kg", "2,4-dinitrotoluene"]
    assert [word for word in asked if not says(known, word)] == ["holding", "25kg", "2,4-dinitrotoluene"]


def test_function_words_and_single_letters_say_nothing() -> None:
    assert content_words("The pump and the valve are in a box: b, 3.") == ["pump", "valve", "box"]
    assert content_words("그리고 이 장치 및 물") == ["장치", "물"]
    assert content_words("350 K에서 50 W를 낸다") == ["350k", "50w", "낸다"]  # a particle behind a unit, too


def test_without_words_there_is_no_share() -> None:
    assert share_said([], words_of(TEXT)) is None
    assert share_said(["촉매", "온도"], words_of(TEXT)) == 0.5


@given(st.text(max_size=80))
def test_a_text_says_all_its_own_words_in_any_unicode_form(text: str) -> None:
    said = content_words(text)
    assert all(says(words_of(unicodedata.normalize("NFD", text)), word) for word in said)


def test_syllables_become_conjoining_jamo_in_whatever_width_they_are_written() -> None:
    assert to_jamo("한글") == "\u1112\u1161\u11ab\u1100\u1173\u11af"
    assert to_jamo("ﾡ") == to_jamo("ㄱ") == "\u1100"
    assert to_jamo("ＮａＣｌ　２") == "NaCl 2"
