"""Numbers and their units."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domaintune.science.question_keys import Quantity, covers, quantities, tokens


def units(text: str) -> dict[Quantity, int]:
    return dict(quantities(tokens(text)))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("20에서", "20의"),
        ("4개", "4 가지"),
        ("50 students", "50 whole students"),
        ("2초과", "2 이상"),
        ("94%", "94wt%"),
        ("94 vol%", "94 퍼센트"),
        ("94 wt. %", "94 percent"),
        ("25mL를", "25 ㎖ 를"),
        ("25 g", "25그램의"),
        ("5 m$^2$", "5㎡"),
        ("5 m<sup>3</sup>", "5 m³의"),
        ("20 ℃에서", "20°C 의"),
        ("2H₂O", "2 H2O"),
    ],
)
def test_particles_counters_gaps_and_kinds_of_share_make_no_difference(one: str, other: str) -> None:
    assert units(one) == units(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("25 g", "25 kg"),
        ("25 g", "25 m"),
        ("3시간", "3분"),
        ("5 m²", "5 m³"),
        ("1.0", "1.00"),
        ("2 L", "3 L"),
    ],
)
def test_another_unit_or_number_makes_another_exercise(one: str, other: str) -> None:
    assert not covers(quantities(tokens(other)), quantities(tokens(one)))


def test_a_unit_is_a_whole_word() -> None:
    assert units("5 gases, 3 molecules, 2 amino acids") == {Quantity(n, ""): 1 for n in "532"}
    assert units("48.0 m\n3.00 m\n2 m\n3 m") == {Quantity(n, "m"): 1 for n in ("48.0", "3.00", "2", "3")}
    assert units("5g을 3mol로") == {Quantity("5", "g"): 1, Quantity("3", "mol"): 1}


def test_a_unit_that_one_side_leaves_out_is_not_another_unit() -> None:
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
