import math
import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from domaintune.science.chemistry.quantities import (
    Quantity,
    locate_quantities,
    parse_quantities,
    same_quantity,
    to_base,
)
from domaintune.science.chemistry.units import normalise_unit

UNITS = st.sampled_from(
    ["S", "g", "mol", "m", "cm", "mS", "mmol", "meq", "L", "K", "kJ", "V", "mA", "s", "h", "Ω"]
)
EXPRESSIONS = st.lists(
    st.tuples(UNITS, st.sampled_from([1, 2, -1, -2])), min_size=1, max_size=3, unique_by=lambda f: f[0]
)
SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def spell(factors: list[tuple[str, int]], join: str, power: str) -> str:
    written = {"plain": "{}", "tex": "^{{{}}}", "caret": "^{}", "script": "{}"}[power]
    return join.join(
        unit if n == 1 else unit + written.format(str(n).translate(SUPERSCRIPT) if power == "script" else n)
        for unit, n in factors
    )


@given(EXPRESSIONS, st.sampled_from([" ", "·", "⋅"]), st.sampled_from(["plain", "tex", "caret", "script"]))
def test_all_spellings_of_a_unit_are_one(factors: list[tuple[str, int]], join: str, power: str) -> None:
    unit = normalise_unit(spell(factors, " ", "plain"))
    assert normalise_unit(spell(factors, join, power)) == unit == normalise_unit(unit)


@given(UNITS, UNITS)
def test_a_solidus_is_a_negative_power(above: str, below: str) -> None:
    assume(above != below)
    assert normalise_unit(f"{above}/{below}") == normalise_unit(f"{above} {below}-1") == f"{above} {below}-1"
    assert normalise_unit(f"{above} per {below}") == f"{above} {below}-1"


@pytest.mark.parametrize(
    ("written", "unit"),
    [
        ("mS/cm", "mS cm-1"), ("mS cm−1", "mS cm-1"), ("mS cm^{-1}", "mS cm-1"), ("mS cm$^{-1}$", "mS cm-1"),
        ("mmol g⁻¹", "mmol g-1"), ("meq/g", "meq g-1"), ("W/m·K", "W m-1 K-1"), ("J/(g K)", "J g-1 K-1"),
        ("wt.%", "wt%"), ("wt %", "wt%"), ("vol%", "vol%"), ("℃", "°C"), ("hours", "h"), ("시간", "h"), ("µm", "μm"),
        ("ml", "mL"), ("％", "%"), ("furlong", "furlong"),
    ],
)  # fmt: skip
def test_a_unit_has_one_spelling(written: str, unit: str) -> None:
    assert normalise_unit(written) == unit
    assert normalise_unit(unicodedata.normalize("NFD", written)) == unit


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("was 45.2 ± 0.3 mS cm−1.", [(45.2, None, "mS cm-1", "45.2 ± 0.3 mS cm−1")]),
        ("1.8–2.1 mmol/g", [(1.8, 2.1, "mmol g-1", "1.8–2.1 mmol/g")]),
        ("with 12 wt% Pt", [(12, None, "wt%", "12 wt%")]),
        ("from 7.5% to 10%", [(7.5, 10, "%", "7.5% to 10%")]),
        ("between 5 and 10 %", [(5, 10, "%", "5 and 10 %")]),
        ("at −40 °C", [(-40, None, "°C", "−40 °C")]),
        ("1.2 × 10⁻³ S/cm", [(0.0012, None, "S cm-1", "1.2 × 10⁻³ S/cm")]),
        ("1,200 mAh g-1", [(1200, None, "mAh g-1", "1,200 mAh g-1")]),
        ("<5 ppm", [(5, None, "ppm", "<5 ppm")]),
        ("25℃에서 2시간 동안", [(25, None, "°C", "25℃"), (2, None, "h", "2시간")]),
        ("５０％가", [(50, None, "%", "５０％")]),
        ("at 80 °C and 5 V", [(80, None, "°C", "80 °C"), (5, None, "V", "5 V")]),
        ("5 mg L-cysteine", [(5, None, "mg", "5 mg")]),
        ("after 24, 48, and 96 h", [(n, None, "h", f"{n} h") for n in (24, 48, 96)]),
        ("3d orbitals, 1,4-dioxane, 2 N atoms, Figure 3. Nafion 117, H2O, in 2019", []),
        ("3분의 1", []),
        ("5 V-shaped", []),
    ],
)
def test_a_quantity_is_read_with_its_unit_and_range_and_what_only_looks_like_one_is_none(text, expected):
    assert parse_quantities(text) == [Quantity(*fields) for fields in expected]


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("45 mS/cm", "0.045 S cm⁻¹", True),
        ("45.0 ± 0.1 mS cm-1", "45 mS/cm", True),
        ("1.8–2.1 mmol/g", "1.8 to 2.1 mmol g-1", True),
        ("25 °C", "298.15 K", True),
        ("1 M", "1 mol/L", True),
        ("25", "5", False),
        ("-40 °C", "40 °C", False),
        ("12 wt%", "12 mol%", False),
        ("1.5 meq/g", "1.5 mmol/g", False),  # equal for ions of charge one only
        ("<5 ppm", "5 ppm", False),
        ("1-2 g", "1 g", False),
        ("5 mW", "5 MW", False),
    ],
)
def test_two_quantities_are_the_same_only_when_value_and_kind_are(a: str, b: str, same: bool) -> None:
    assert same_quantity(a, b) is same
    assert same_quantity(b, a) is same


def test_a_unit_nobody_knows_is_refused() -> None:
    with pytest.raises(ValueError, match="furlong"):
        to_base(Quantity(1.0, None, "furlong", "1 furlong"))


@given(st.decimals("0.01", "9999", places=2), EXPRESSIONS)
def test_a_written_quantity_is_read_back(value: object, factors: list[tuple[str, int]]) -> None:
    factors = sorted(factors, key=lambda factor: factor[1] < 0)
    assume(factors[0][1] > 0 and all(n != 1 for _, n in factors[1:]))
    text = f"{value} {spell(factors, ' ', 'plain')}"
    assert [(q.value, q.unit) for q in parse_quantities(f"It was {text}.")] == [
        (float(str(value)), normalise_unit(text.split(" ", 1)[1]))
    ]
    assert same_quantity(text, text)


@given(st.text(alphabet="0123456789.,-–±×^{}<%°CmSgcm /h시간분①Å", max_size=40) | st.text(max_size=40))
def test_any_text_is_read_and_every_place_is_right(text: str) -> None:
    shown = unicodedata.normalize("NFC", text)
    for quantity, start, end in locate_quantities(text):
        assert 0 <= start < end <= len(shown)
        assert math.isfinite(quantity.value)
        assert quantity.text.startswith(shown[start:end]) or shown[start:end] in quantity.text
    assert parse_quantities(text) == parse_quantities(unicodedata.normalize("NFD", text))
    assert normalise_unit(normalise_unit(text)) == normalise_unit(text)
