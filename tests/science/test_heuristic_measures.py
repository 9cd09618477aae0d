"""Measures that need no judge: what each tells apart, and where it is not taken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domaintune.science.heuristic_measures import BAND, MEASURES, format_faults, heuristic_measures

DOCUMENT = "The radiator is made of carbon composite panels. It dissipates 50 W of waste heat at 350 K."
ASKED = "What does the radiator dissipate, and at which temperature?"
ANSWER = "The radiator dissipates 50 W of waste heat at a temperature of 350 K."
DOCUMENT_KO = "방열판은 탄소 복합재 패널로 만들어진다. 350 K에서 폐열 50 W를 방출한다."
ASKED_KO = "방열판은 얼마나 많은 폐열을 방출하는가?"
ANSWER_KO = "이 방열판의 패널은 폐열을 50 W 방출합니다."


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
        ("구리로 만든 펌프입니다.", []),
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
        ("La pompe est faite de cuivre et fonctionne à haute température.", ["language"]),
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
