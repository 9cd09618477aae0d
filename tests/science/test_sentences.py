"""Sentences, and what limits on answers count: words, sentences, share of Korean; the language of short texts."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domaintune.science.sentences import (
    count_sentences,
    count_words,
    hangul_share,
    identify_language,
    split_sentences,
)


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        ("It weighs 7.5 kg. See nasa.gov for more.", ["It weighs 7.5 kg.", "See nasa.gov for more."]),
        ("Dr. J. Smith of A Inc. leads it. See Fig. 3.", ["Dr. J. Smith of A Inc. leads it.", "See Fig. 3."]),
        ("It worked in Phase I. Phase II follows.", ["It worked in Phase I.", "Phase II follows."]),
        ("It holds at 90 K. Then it fails.", ["It holds at 90 K.", "Then it fails."]),
        ("Iron, e.g. cast, i.e. Fe, rusts approx. once", ["Iron, e.g. cast, i.e. Fe, rusts approx. once"]),
        ('He said "stop." Then he left.', ['He said "stop."', "Then he left."]),
        ("(It works.) We saw it.", ["(It works.)", "We saw it."]),
        ("A title\n\nA text.", ["A title", "A text."]),
        ("열을 막는다. 가볍다.싸다.", ["열을 막는다.", "가볍다.", "싸다."]),
        ("これは熱い。あれは冷たい。", ["これは熱い。", "あれは冷たい。"]),
        ("", []),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text: str, sentences: list[str]) -> None:
    assert split_sentences(text) == sentences


@given(st.text())
def test_nothing_but_space_is_lost_and_the_language_of_any_text_is_a_code_or_none(text: str) -> None:
    sentences = split_sentences(text)
    assert "".join("".join(sentences).split()) == "".join(text.split())
    assert (identify_language(text) or "none").isalpha()
    assert all(sentence == sentence.strip() != "" for sentence in sentences)


@pytest.mark.parametrize(
    ("count", "text", "expected"),
    [
        # words stand between spaces and have a letter or digit
        (count_words, "  - — · ", 0),
        (count_words, "구리 촉매의 활성을 높이는 것이 목적임.", 6),
        (count_words, "Cu/ZnO raises the yield - by 3.5 % .", 6),
        (count_words, "한 줄\r\n두\u3000줄", 4),
        # sentences of both languages and of lists
        (count_sentences, "...", 0),
        (count_sentences, "One. Two at 3.5 V! Three?", 3),
        (count_sentences, "막을 만들었다.전도도를 쟀다.", 2),
        (count_sentences, "막을 제안함\n전도도를 측정함\r\n값이 쌈", 3),
        (count_sentences, "1. 막을 만들었다.\n2. 전도도를 쟀다.\n3) 값이 싸다", 3),
        (count_sentences, "① 막을 제안함\n② 값을 낮춤", 2),
        (count_sentences, "- First point\n- Second point", 2),
        (count_sentences, "2.5배 높은 활성을 보였다.", 1),
        (count_sentences, "A line that is\nbroken in two.", 1),
        # the share of Hangul is that of the letters
        (hangul_share, "12.5 %", 0.0),
        (hangul_share, "water", 0.0),
        (hangul_share, "물 H2O", 1 / 3),
        (hangul_share, "ㄱㄴ ab", 0.5),
        (hangul_share, "ﾤﾷ", 1.0),
    ],
)
def test_words_sentences_and_hangul_are_counted_composed_or_not(count, text, expected):
    assert count(text) == count(unicodedata.normalize("NFD", text)) == pytest.approx(expected)


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Docker container를 restart하는 command는 docker restart입니다", "en"),
        ("산화", "ko"),
        ("氷が水に浮く理由を説明しなさい。", "ja"),
        ("Erkläre, warum Eis auf dem Wasser schwimmt.", "de"),
        ("Docker container를 restart하는 방법", "ko"),
        ("What does the word 안녕 mean in English?", "en"),
        ("다음 코드를 설명해 줘.\n```python\nfor number in range(10):\n    print(number)\n```", "ko"),
        ("https://example.org/a/long/english/path 를 요약하시오.", "ko"),
        *(
            (text, None)
            for text in ("", "3.14 = x", "NaCl", "Rewrite", "```\nwhile true do\n```", "\ufdd0\ue000")
        ),
    ],
)
def test_the_language_most_of_the_text_is_in_is_told_composed_or_not(text, language, form):
    assert identify_language(unicodedata.normalize(form, text)) == language
