"""What is trained, token by token, with characters whole."""

from hypothesis import given
from hypothesis import strategies as st

from domaintune.cli.tokens import pieces


def of_bytes(ids: list[int]) -> str:
    """Decode as a byte-level tokenizer whose every token is one byte."""
    return bytes(ids).decode(errors="replace")


@given(st.text())
def test_the_pieces_are_the_text_and_none_is_part_of_a_character(text: str) -> None:
    ids = list(text.encode())
    words = [word for word, _ in pieces(of_bytes, ids, [1] * len(ids))]
    assert "".join(words) == text
    assert all(word in text for word in words)


def test_bytes_of_one_syllable_stand_together_and_letters_apart() -> None:
    ids = list("a물b".encode())
    assert list(pieces(of_bytes, ids, [1] * 5)) == [("a", True), ("물", True), ("b", True)]


def test_a_character_is_not_joined_over_the_border_of_what_is_trained() -> None:
    ids = list("물".encode())
    found = list(pieces(of_bytes, ids, [0, 1, 1]))
    assert [trained for _, trained in found] == [False, True]
