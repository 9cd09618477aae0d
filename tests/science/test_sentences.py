"""Sentences, and what limits on answers count: words, sentences, share of Korean."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domaintune.science.sentences import count_sentences, count_words, hangul_share, split_sentences


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        ("It weighs 7.5 kg. See nasa.gov for more.", ["It weighs 7.5 kg.", "See nasa.gov for more."]),
        (
            "Dr. J. Smith of Acme Inc. leads it. See Fig. 3.",
            ["Dr. J. Smith of Acme Inc. leads it.", "See Fig. 3."],
        ),
        ("It worked in Phase I. Phase II follows.", ["It worked in Phase I.", "Phase II follows."]),
        ("It holds at 90 K. Then it fails.", ["It holds at 90 K.", "Then it fails."]),
        (
            "Metals, e.g. iron, i.e. Fe, rust approx. twice.",
            ["Metals, e.g. iron, i.e. Fe, rust approx. twice."],
        ),
        ('He said "stop." Then he left.', ['He said "stop."', "Then he left."]),
        ("(It works.) We saw it.", ["(It works.)", "We saw it."]),
        ("No full stop", ["No full stop"]),
        ("A title\n\nA text.", ["A title", "A text."]),
        ("열을 막는다. 가볍다.싸다.", ["열을 막는다.", "가볍다.", "싸다."]),
        ("これは熱い。あれは冷たい。", ["これは熱い。", "あれは冷たい。"]),
        ("", []),
        ("...", ["..."]),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text: str, sentences: list[str]) -> None:
    assert split_sentences(text) == sentences


@given(st.text())
def test_nothing_but_space_is_lost(text: str) -> None:
    sentences = split_sentences(text)
    assert "".join("".join(sentences).split()) == "".join(text.split())
    assert all(sentence == sentence.strip() != "" for sentence in sentences)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("  - — · ", 0),
        ("구리 촉매의 활성을 높이는 것이 목적임.", 6),
        ("Cu/ZnO raises the yield - by 3.5 % .", 6),
        ("한 줄\r\n두\u3000줄", 4),
    ],
)
def test_words_stand_between_spaces_and_have_a_letter_or_digit(text: str, words: int) -> None:
    assert count_words(text) == words
    assert count_words(unicodedata.normalize("NFD", text)) == words


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("", 0),
        ("...", 0),
        ("One. Two at 3.5 V! Three?", 3),
        ("막을 만들었다. 전도도는 0.01 S/cm이다. 값이 싸다.", 3),
        ("막을 만들었다.전도도를 쟀다.", 2),
        ("막을 제안함\n전도도를 측정함\r\n값이 쌈", 3),
        ("1. 막을 만들었다.\n2. 전도도를 쟀다.\n3) 값이 싸다", 3),
        ("① 막을 제안함\n② 값을 낮춤", 2),
        ("- First point\n- Second point", 2),
        ("2.5배 높은 활성을 보였다.", 1),
        ("A line that is\nbroken in two.", 1),
    ],
)
def test_sentences_of_both_languages_and_of_lists(text: str, sentences: int) -> None:
    assert count_sentences(text) == sentences
    assert count_sentences(unicodedata.normalize("NFD", text)) == sentences


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("", 0.0),
        ("12.5 %", 0.0),
        ("water", 0.0),
        ("물", 1.0),
        ("물 H2O", 1 / 3),
        ("ㄱㄴ ab", 0.5),
        ("ﾤﾷ", 1.0),
    ],
)
def test_the_share_of_hangul_is_that_of_the_letters(text: str, share: float) -> None:
    assert hangul_share(text) == pytest.approx(share)
