"""Marks for what must not be translated, which come back letter by letter; numbers and units by value."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domaintune.science.protected import misplaced, protect, restore, unmarked
from domaintune.science.protected_values import Language, lost_numbers, lost_units, numbers


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("Run ```python\nprint(1)\n``` now", ["```python\nprint(1)\n```"]),
        ("An open ```block\nnever ends", ["```block\nnever ends"]),
        ("Call `f(x)` and `g`.", ["`f(x)`", "`g`"]),
        ("The area is $\\pi r^2$ here", ["$\\pi r^2$"]),
        (r"So \(a+b\) or \[c\] or $$d$$", [r"\(a+b\)", r"\[c\]", "$$d$$"]),
        (r"x \begin{align}a\end{align} y", [r"\begin{align}a\end{align}"]),
        ("It costs $5 and $10 a day", []),
        ("See https://example.org/a?b=1, or mail me@example.org.", ["https://example.org/a?b=1", "me@example.org"]),
        ("주소는 https://example.org/가나다라", ["https://example.org/"]),
        ("Dear {name}, {{ city }} and %s or ${HOME}", ["{name}", "{{ city }}", "%s", "${HOME}"]),
        ("a <b>bold</b> word, 3 < 4 and 5 > 2", ["<b>", "</b>"]),
        ("Heat 5 kg of H2SO4 to 80 °C", ["5 kg", "H2SO4", "80 °C"]),
        ("물 3 kg을 5.5 mS/cm로", ["3 kg", "5.5 mS/cm"]),
        ("Wait 5 hours or 3시간, then 20 percent more", []),
        ("CO and NO are words of two letters", []),
        ("g-C3N4, [Ru(bpy)3]2+, CuSO4·5H2O and Cu(II)", ["g-C3N4", "[Ru(bpy)3]2+", "CuSO4·5H2O", "Cu(II)"]),
        ("NaCl in MeOH, Fe3+ and SO42- of H5N1", ["NaCl", "MeOH", "Fe3+", "SO42-", "H5N1"]),
        ("We provide HeLa cells; In He As At I machine, PhD, pH, sp2, C-H: Then Been Copy", []),
        ("Sn" * 40 + "Q", []),
        ("Take ⟦1⟧ and ⟧ as they are", ["⟦1⟧", "⟧"]),
    ],
)  # fmt: skip
def test_code_formulas_quantities_addresses_and_placeholders_are_hidden(text: str, hidden: list[str]) -> None:
    shown, marks = protect(text)
    assert [mark.text for mark in marks] == hidden
    assert restore(shown, marks) == text
    assert misplaced(shown, marks) == []


def test_marks_count_on_from_the_text_before_and_may_change_their_order() -> None:
    text, marks = protect("Mix `a` with 3 kg.", first=4)
    assert text == "Mix ⟦4⟧ with ⟦5⟧."
    assert unmarked(text).split() == ["Mix", "with", "."]
    assert restore("⟦ 5 ⟧에 ⟦4⟧를 섞으십시오.", marks) == "3 kg에 `a`를 섞으십시오."


@pytest.mark.parametrize(
    ("translation", "problem"),
    [
        ("⟦1⟧ 만", "the mark ⟦2⟧ (3 kg) occurs 0 times, not once"),
        ("⟦1⟧ ⟦1⟧ ⟦2⟧", "the mark ⟦1⟧ (`a`) occurs 2 times, not once"),
        ("⟦1⟧ ⟦2⟧ ⟦", "a bracket of a mark stands alone"),
    ],
)
def test_a_mark_that_is_lost_doubled_or_invented_is_seen(translation: str, problem: str) -> None:
    assert misplaced(translation, protect("`a` 3 kg")[1]) == [problem]


@given(st.text(alphabet="abZHNaCl⁺·(] ⟦⟧13`${}<>/%s\n.가각°Ckg", max_size=60))
def test_any_text_comes_back_as_it_was(text: str) -> None:
    shown, marks = protect(text)
    assert restore(shown, marks) == text
    assert misplaced(shown, marks) == []


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("1,500 and 3.14", ["1500", "3.14"]),
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
    ],
)  # fmt: skip
def test_a_number_may_be_written_otherwise_but_not_be_lost(source: str, translation: str, lost: list) -> None:
    assert lost_numbers(source, translation) == lost


@pytest.mark.parametrize(
    ("source", "translation", "to", "lost"),
    [
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
