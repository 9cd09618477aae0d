"""Measures that need no judge, and the content words they count: Korean particles, endings and spacing aside."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domaintune.science.content_words import content_words, says, share_said, to_jamo, words_of
from domaintune.science.heuristic_measures import BAND, MEASURES, format_faults, heuristic_measures

DOCUMENT = "The radiator is made of carbon composite panels. It dissipates 50 W of waste heat at 350 K."
ASKED = "What does the radiator dissipate, and at which temperature?"
ANSWER = "The radiator dissipates 50 W of waste heat at a temperature of 350 K."
DOCUMENT_KO = "방열판은 탄소 복합재 패널로 만들어진다. 350 K에서 폐열 50 W를 방출한다."
ASKED_KO = "방열판은 얼마나 많은 폐열을 방출하는가?"
ANSWER_KO = "이 방열판의 패널은 폐열을 50 W 방출합니다."
TEXT = "촉매표면에서 반응 속도를 높인다. 이 연구는 폴리머 전해질막을 개발하고 평가하였다. 물을 분해하는 장치."


def test_an_answer_from_the_document_scores_high_whatever_particles_and_spacing_it_has() -> None:
    measured = heuristic_measures(ANSWER, asked=ASKED, document=DOCUMENT, language="en")
    assert tuple(measured) == MEASURES
    assert measured["grounding"] == pytest.approx(6 / 7)  # `temperature` is not in the document
    assert measured["length"] == measured["format"] == 1
    assert measured["overlap"] > 0.3
    measured = heuristic_measures(ANSWER_KO, asked=ASKED_KO, document=DOCUMENT_KO, language="ko")
    assert measured["grounding"] == 1
    assert measured["overlap"] >= 0.5
    spaceless = DOCUMENT_KO.replace(" ", "")
    joined = heuristic_measures(ANSWER_KO, asked=ASKED_KO, document=spaceless, language="ko")
    assert joined["grounding"] >= 0.8


def test_no_measure_is_made_up_where_it_cannot_be_taken_and_an_empty_answer_is_0() -> None:
    empty = heuristic_measures(" \n", asked=ASKED, document=DOCUMENT, language="en")
    assert empty == {"overlap": 0, "length": 0, "format": 0}
    assert "grounding" not in heuristic_measures(ANSWER, asked=ASKED, document="", language="en")
    assert "overlap" not in heuristic_measures(ANSWER, asked="?", document=DOCUMENT, language="en")
    other = heuristic_measures(ANSWER_KO, asked=ASKED, document=DOCUMENT, language="ko")
    assert set(other) == {"length", "format"}  # a Korean answer shares no words with an English document


def test_length_is_1_within_the_band_and_falls_outside() -> None:
    for columns, length in ((BAND[0], 1), (BAND[1], 1), (BAND[0] // 2, 0.5), (BAND[1] * 2, 0.5)):
        measured = heuristic_measures("가" * (columns // 2), asked="", document="", language="ko")
        assert measured["length"] == length


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("", ["empty"]),
        ("Paris", []),
        ("It works at 350 K.", []),
        ("펌프는 구리로 만들었다", []),
        ("Steps:\n1) clean the pump\n2) run the pump", []),
        ("Run it:\n```python\nprint((1, 2))\n```", []),
        ("def area(r):\n    pi = 3.14\n    return pi * r ** 2", []),
        ("It holds for every x in [0, 1), as shown.", []),
        ("a) the pump, b) the valve and c) the pipe.", []),
        ("The pump is made of copper and works at the", ["ends"]),
        ("The pump is made of copper,", ["ends"]),
        ("펌프는 구리로 만들었으며 온도가 높은 곳에서 사용하기 위해", ["ends"]),
        ("The pump (made of copper works at 350 K.", ["closed"]),
        ("Run it:\n```python\nprint(1)", ["closed"]),
        ("The pump is red. The pump is red. The pump is red.", ["no_loop"]),
        ("It is very very very good.", []),
        ("no no no no no.", ["no_loop"]),
        ("0 0 0 0 0 0 0 0.", []),
        ("그리고 그리고 그리고 그리고 그리고 펌프입니다.", ["no_loop"]),
        ("아아아아아아아아아아아아.", ["no_loop"]),
        ("구리로 만든 펌프이며 고온에서도 작동합니다.", ["language"]),
    ],
)
def test_each_fault_of_format_is_named(text: str, faults: list[str]) -> None:
    language = "ko" if (any("가" <= c <= "힣" for c in text) and "language" not in faults) else "en"
    assert format_faults(text, language) == faults


@given(st.text(max_size=120), st.text(max_size=60), st.text(max_size=120), st.sampled_from(["en", "ko"]))
def test_every_measure_is_a_fraction(text: str, asked: str, document: str, language: str) -> None:
    measured = heuristic_measures(text, asked=asked, document=document, language=language)
    assert set(measured) <= set(MEASURES)
    assert all(0 <= value <= 1 for value in measured.values())


@given(st.lists(st.sampled_from(["pump", "valve", "copper", "350 K", "구리"]), min_size=2, max_size=8))
def test_a_phrase_said_three_times_is_a_loop_wherever_it_starts(phrase: list[str]) -> None:
    said = " ".join(phrase)
    assert "no_loop" in format_faults(f"First {said} {said} {said} and then more.", "en")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("촉매 표면은 높이는 개발했다 평가됩니다 연구에서는 전해질막의 물의 장치이다 속도가", True),
        ("건물은 온도 로켓 구리 표정은 속력이 기술은", False),
    ],
    ids=["other particle, ending, spacing", "only looks alike"],
)
def test_a_korean_word_is_found_in_another_form_and_one_that_only_looks_alike_is_not(words, said):
    assert [word for word in words.split() if says(words_of(TEXT), word) is not said] == []


def test_words_that_say_something_meet_without_capitals_and_plural_but_numbers_and_formulas_do_not() -> None:
    known = words_of("Radiators of 2.5 kg hold CO2 and cyclopenta[c]pyridine.")
    asked = [*content_words("A radiator holding 2.5kg: CO2"), "25kg", "2,4-dinitrotoluene"]
    assert [word for word in asked if not says(known, word)] == ["holding", "25kg", "2,4-dinitrotoluene"]
    # function words and single letters say nothing
    assert content_words("The pump and the valve are in a box: b, 3.") == ["pump", "valve", "box"]
    assert content_words("그리고 이 장치 및 물") == ["장치", "물"]
    assert content_words("350 K에서 50 W를 낸다") == ["350k", "50w", "낸다"]  # a particle behind a unit, too
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
