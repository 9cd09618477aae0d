import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domaintune.science.matching import best_passage, normalise, words

NAMES = (  # lm-eval's clean-up turned the first into cyclopentacpyridine
    "cyclopenta[c]pyridine 2,4-dinitrotoluene n,n-dimethylformamide (e)-but-2-ene 1,1'-binaphthyl α-pinene d-glucose "
    "benzo[a]pyrene fe2o3 lini0.8co0.1mn0.1o2"
)


@pytest.mark.parametrize("name", NAMES.split())
def test_a_chemical_name_stays_one_word_in_a_sentence(name: str) -> None:
    assert words(f"We add {name}, then heat.") == ["we", "add", name, "then", "heat"]
    assert name in words(f"heated ({name.upper()}).")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("over 50 W.", ["over", "50w"]),
        ("at 25 ℃", ["at", "25°c"]),
        ("at 25°C", ["at", "25°c"]),
        ("from -40 to +85", ["from", "-40", "to", "+85"]),
        ("0.95 g/cm3,", ["0.95g/cm3"]),
        ("1,200 cells", ["1200", "cells"]),
        ("3.5e-4", ["3.5e-4"]),
        ("12.5 %", ["12.5%"]),
        ("high-strain composite's", ["high", "strain", "composite"]),
        ("U.S. laser—based and/or", ["us", "laser", "based", "and", "or"]),
    ],
)
def test_a_number_keeps_its_decimals_sign_and_unit_and_hyphenated_words_come_apart(text, expected):
    assert words(text) == expected


def test_the_best_passage_is_the_one_closest_to_the_answer_then_to_the_question() -> None:
    passages = ["The sensor weighs 3 kg.", "The radiator dissipates 50 W.", "The pump weighs 2 kg."]
    assert best_passage("What does the radiator dissipate?", "It dissipates 50W", passages) == passages[1]
    assert best_passage("What does the pump weigh?", "", passages) == passages[2]
    assert best_passage("", "", passages) == passages[0]
    assert (
        best_passage("", "a a b", ["a b b c", "a a b c c"]) == "a a b c c"
    )  # each time a word is there counts


@given(st.text())
def test_words_are_stable_hold_no_space_and_ignore_the_unicode_form(text: str) -> None:
    found = words(text)
    assert all(word and not any(letter.isspace() for letter in word) for word in found)
    assert words(unicodedata.normalize("NFD", text)) == found
    assert normalise(unicodedata.normalize("NFD", text)) == normalise(text)
