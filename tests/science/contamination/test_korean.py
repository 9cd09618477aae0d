"""Korean by its letters."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domaintune.science.contamination.korean import jamo_ngrams, to_jamo


def test_syllables_become_conjoining_jamo() -> None:
    assert to_jamo("한글") == "\u1112\u1161\u11ab\u1100\u1173\u11af"
    assert to_jamo("가") == "\u1100\u1161"


def test_full_width_and_half_width_become_plain() -> None:
    assert to_jamo("ＮａＣｌ　２") == "NaCl 2"
    assert to_jamo("ﾡ") == to_jamo("ㄱ") == "\u1100"


def test_ngrams_see_through_spacing_punctuation_case_and_notation() -> None:
    assert jamo_ngrams("과산화 수소(H₂O₂)의", 5) == jamo_ngrams("과산화수소 h2o2의", 5)
    assert jamo_ngrams("H<sub>2</sub>SO$_4$ &amp; 물", 3) == jamo_ngrams("H₂SO₄ 물", 3)


def test_a_changed_particle_keeps_most_ngrams() -> None:
    a, b = jamo_ngrams("황산의 성질에 대한 설명", 6), jamo_ngrams("황산이 성질에 대한 설명", 6)
    assert len(a & b) / len(a | b) > 0.5


def test_short_and_empty_texts() -> None:
    assert jamo_ngrams("물", 10) == {to_jamo("물")}
    assert jamo_ngrams(" .,;", 3) == set()
    with pytest.raises(ValueError, match="at least 1"):
        jamo_ngrams("물", 0)


@given(st.text(max_size=60))
def test_the_form_of_unicode_makes_no_difference(text: str) -> None:
    assert to_jamo(unicodedata.normalize("NFD", text)) == to_jamo(unicodedata.normalize("NFC", text))
    assert unicodedata.is_normalized("NFD", to_jamo(text))


@given(st.text(alphabet="가나다라각낙닥 ", min_size=1, max_size=40), st.integers(1, 8))
def test_ngrams_have_their_length_and_occur_in_the_jamo(text: str, n: int) -> None:
    jamo = to_jamo(text.replace(" ", ""))
    for gram in jamo_ngrams(text, n):
        assert gram in jamo
        assert len(gram) == min(n, len(jamo))
