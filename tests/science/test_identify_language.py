"""Telling the language of short texts."""

import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domaintune.science.identify_language import identify_language


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Docker container를 restart하는 command는 docker restart입니다", "en"),
        ("Explain why ice floats on water.", "en"),
        ("얼음이 물에 뜨는 까닭을 설명하시오.", "ko"),
        ("산화", "ko"),
        ("氷が水に浮く理由を説明しなさい。", "ja"),
        ("Erkläre, warum Eis auf dem Wasser schwimmt.", "de"),
        ("Docker container를 restart하는 방법", "ko"),
        ("What does the word 안녕 mean in English?", "en"),
        ("다음 코드를 설명해 줘.\n```python\nfor number in range(10):\n    print(number)\n```", "ko"),
        ("https://example.org/a/long/english/path 를 요약하시오.", "ko"),
    ],
)
def test_the_language_most_of_the_text_is_in_is_told_composed_or_not(
    text: str, language: str, form: Any
) -> None:
    assert identify_language(unicodedata.normalize(form, text)) == language


@pytest.mark.parametrize(
    "text", ["", "42", "3.14 = x", "B", "NaCl", "Rewrite", "```\nwhile true do\n```", "\ufdd0\ue000"]
)
def test_signs_numbers_and_code_are_in_no_language(text: str) -> None:
    assert identify_language(text) is None


@given(st.text(max_size=80))
def test_any_text_gets_an_answer_and_always_the_same(text: str) -> None:
    told = identify_language(text)
    assert told is None or told.isalpha()
    assert identify_language(text) == told
