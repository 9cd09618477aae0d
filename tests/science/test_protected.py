"""Marks: what must not be translated goes behind them and comes back letter by letter."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domaintune.science.protected import misplaced, protect, restore, unmarked


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
        ("nothing to hide", []),
        ("", []),
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
        ("⟦1⟧ ⟦2⟧ ⟦3⟧", "there is no mark ⟦3⟧ in the source"),
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
