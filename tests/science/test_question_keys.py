"""Numbers and their units."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domaintune.science.question_keys import covers, quantities, tokens


def units(text: str) -> dict[tuple[str, str], int]:
    return dict(quantities(tokens(text)))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        # particles, counters, gaps and kinds of share make no difference
        ("20에서", "20의", True),
        ("50 students", "50 whole students", True),
        ("2초과", "2 이상", True),
        ("94%", "94wt%", True),
        ("94 vol%", "94 퍼센트", True),
        ("94 wt. %", "94 percent", True),
        ("25 g", "25그램의", True),
        ("5 m$^2$", "5㎡", True),
        ("5 m<sup>3</sup>", "5 m³의", True),
        ("20 ℃에서", "20°C 의", True),
        ("2H₂O", "2 H2O", True),
        # another unit or number does
        ("25 g", "25 kg", False),
        ("25 g", "25 m", False),
        ("3시간", "3분", False),
        ("5 m²", "5 m³", False),
        ("1.0", "1.00", False),
    ],
)
def test_what_makes_another_exercise(one: str, other: str, same: bool) -> None:
    assert (units(one) == units(other)) is covers(quantities(tokens(other)), quantities(tokens(one))) is same


def test_a_unit_is_a_whole_word_and_one_side_may_leave_it_out() -> None:
    assert units("5 gases, 3 molecules, 2 amino acids") == {(n, ""): 1 for n in "532"}
    assert units("48.0 m\n3.00 m\n2 m\n3 m") == {(n, "m"): 1 for n in ("48.0", "3.00", "2", "3")}
    assert units("5g을 3mol로") == {("5", "g"): 1, ("3", "mol"): 1}
    # one that a side leaves out is no other unit
    with_unit, without = quantities(["1.6c"]), quantities(["1.6"])
    assert covers(with_unit, without)
    assert covers(without, with_unit)
    assert not covers(without, with_unit + with_unit)
    assert not covers(with_unit, without + without)


@given(st.lists(st.sampled_from(["5 g", "5 kg", "5", "7개", "2 시간", "H2O", "9%"]), max_size=8))
def test_a_text_covers_itself_and_its_parts(parts: list[str]) -> None:
    whole = quantities(tokens("; ".join(parts)))
    assert covers(whole, whole)
    assert covers(whole, sum((quantities(tokens(part)) for part in parts[1:]), quantities([])))
