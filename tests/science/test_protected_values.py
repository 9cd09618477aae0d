"""Numbers and units of a source in its translation: by value, in digits or spelt."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domaintune.science.protected_values import Language, lost_numbers, lost_units, numbers


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("1,500 and 3.14", ["1500", "3.14"]),
        ("5 million people", ["5000000"]),
        ("500만 명", ["5000000"]),
        ("1억 5천만 원", ["150000000"]),
        ("3만5000대, 2천5백 개", ["35000", "2500"]),
        ("1조 2000억", ["1200000000000"]),
        ("vitamin B12 in 1990s", ["12", "1990"]),
        ("2020년 3월 5일", ["2020", "3", "5"]),
        ("1,2,3", ["1", "2", "3"]),
    ],
)
def test_numbers_are_read_by_value(text: str, values: list[str]) -> None:
    assert [value for value, _, _ in numbers(text)] == [Decimal(value) for value in values]


@pytest.mark.parametrize(
    ("source", "translation", "lost"),
    [
        ("5 million people", "500만 명", []),
        ("3 apples and 12 pears", "사과 세 개와 배 12개", []),
        ("the 1st and the 2nd", "첫 번째와 둘째", []),
        ("1,000 ways", "천 가지 방법", []),
        ("20명이 왔다", "Twenty people came", []),
        ("July 4, 1776", "1776년 7월 4일", []),
        ("about 30% of 45", "약 30%", ["45"]),
        ("3 apples", "사과 몇 개", ["3"]),
        ("4 apples", "네, 사과입니다", ["4"]),
        ("30 people", "서른 명", []),
        ("30 people", "서른다섯 명", ["30"]),
        ("It grew to 1.5 billion", "15만까지 늘었다", ["1.5 billion"]),
        ("nothing here", "아무것도 없음", []),
    ],
)  # fmt: skip
def test_a_number_may_be_written_otherwise_but_not_be_lost(source: str, translation: str, lost: list) -> None:
    assert lost_numbers(source, translation) == lost


@pytest.mark.parametrize(
    ("source", "translation", "to", "lost"),
    [
        ("It takes 5 hours.", "5시간이 걸립니다.", "ko", []),
        ("It takes 5 hours.", "다섯 시간이 걸립니다.", "ko", []),
        ("It takes 5 hours.", "5분이 걸립니다.", "ko", ["5 hours"]),
        ("3 days and 2 weeks", "사흘과 2주", "ko", []),
        ("a 10-year-old child", "10살 아이", "ko", []),
        ("20 percent of $5 million", "500만 달러의 20%", "ko", []),
        ("It costs $30", "30유로입니다", "ko", ["$30"]),
        ("It costs $30", "$30입니다", "ko", []),
        ("6 feet tall", "키가 6피트", "ko", []),
        ("the 5-year plan", "5개년 계획", "ko", []),
        ("over 10 years", "10여 년", "ko", []),
        ("over 10 years", "10여 명", "ko", ["10 years"]),
        ("30 years old", "서른 살", "ko", []),
        ("30 years old", "서른다섯 살", "ko", ["30 years"]),
        ("30 years", "20년", "ko", ["30 years"]),
        ("90 minutes", "아흔 번", "ko", ["90 minutes"]),
        ("5시간 걸린다", "It takes 5 hours", "en", []),
        ("5시간 걸린다", "It takes 5 minutes", "en", ["5시간"]),
        ("2020년 3월 5일", "March 5, 2020", "en", []),
        ("15달러", "$15", "en", []),
    ],
)  # fmt: skip
def test_a_unit_stands_beside_its_number(source: str, translation: str, to: Language, lost: list) -> None:
    assert lost_units(source, translation, to) == lost


@given(st.integers(0, 10**15), st.text(alphabet="가나다 .,abc", max_size=20))
def test_a_number_that_is_copied_is_never_lost(number: int, around: str) -> None:
    assert lost_numbers(f"say {number:,} now", f"{around} {number} {around}") == []
    assert lost_numbers(f"say {number} now", f"{around} {number:,} {around}") == []
