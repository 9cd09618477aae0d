"""Sentences."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domaintune.science.sentences import split_sentences


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
