import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domaintune.science.chemistry.properties import Property, find_property

UPTAKE = Property(
    "water uptake", "WU", ("water absorption", "water affinity", "수분 흡수율"), ("%", "wt%"),
    ("swelling ratio", "water permeability", "water contact angle", "팽윤율"),
)  # fmt: skip
CONDUCTIVITY = Property(
    "ion conductivity", "σ", ("ionic conductivity", "hydroxide conductivity", "conductivity"), ("mS/cm",),
    ("thermal conductivity", "electronic conductivity"),
)  # fmt: skip
CAPACITY = Property(
    "ion exchange capacity", "IEC", ("exchange capacity",), ("mmol/g", "meq/g"), ("capacitance",)
)


def read(text: str, wanted: Property) -> list[tuple[str | None, str]]:
    return [(reading.material, reading.quantity) for reading in find_property(text, wanted)]


@pytest.mark.parametrize(
    ("text", "wanted", "expected"),
    [
        ("The water uptake of QPPO-2 was 45.2% at 80 °C.", UPTAKE, [("QPPO-2", "45.2%")]),
        ("QPPO-2 showed a WU of 45.2 ± 1.1 %.", UPTAKE, [("QPPO-2", "45.2 ± 1.1 %")]),
        ("Water absorption reached 30-35 wt%.", UPTAKE, [(None, "30-35 wt%")]),
        ("Nafion 117 has an IEC of 0.91 meq g⁻¹.", CAPACITY, [("Nafion 117", "0.91 meq g⁻¹")]),
        (
            "The conductivity was 88 mS/cm for poly(2,6-dimethyl-1,4-phenylene oxide).", CONDUCTIVITY,
            [("poly(2,6-dimethyl-1,4-phenylene oxide)", "88 mS/cm")],
        ),
        ("PBI-OH의 수분 흡수율은 35 %이고 팽윤율은 12 %이다.", UPTAKE, [("PBI-OH", "35 %")]),
        ("An ionic conductivity of 0.08 S cm-1 was found.", CONDUCTIVITY, [(None, "0.08 S cm-1")]),
    ],
)  # fmt: skip
def test_a_value_is_read_with_its_material(
    text: str, wanted: Property, expected: list[tuple[str, str]]
) -> None:
    assert read(text, wanted) == expected
    assert read(unicodedata.normalize("NFD", text), wanted) == expected


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("The swelling ratio was 12 %.", UPTAKE),
        ("The thermal conductivity was 5 mS/cm.", CONDUCTIVITY),  # a unit of the property, but a look-alike
        ("The conductivity was high. The yield was 45 %.", UPTAKE),
        ("Water uptake was high at 80 °C.", UPTAKE),
        ("Conductivity of 0.5 W/(m K) was found.", CONDUCTIVITY),
        ("", UPTAKE),
    ],
)
def test_what_is_not_the_property_is_not_read(text: str, wanted: Property) -> None:
    assert read(text, wanted) == []


def test_a_look_alike_keeps_its_own_value() -> None:
    text = "QPPO-2 had a water uptake of 45% and a swelling ratio of 12%."
    assert read(text, UPTAKE) == [("QPPO-2", "45%")]


def test_values_given_respectively_go_to_their_materials_in_order() -> None:
    text = "QPPO-1 and QPPO-2 show hydroxide conductivities of 45.1 and 60.3 mS cm-1, respectively, at 80 °C."
    assert read(text, CONDUCTIVITY) == [("QPPO-1", "45.1 mS cm-1"), ("QPPO-2", "60.3 mS cm-1")]


def test_respectively_without_as_many_materials_names_none() -> None:
    text = "For QPPO-1 conductivities of 45.1 and 60.3 mS cm-1, respectively, were found."
    assert {material for material, _ in read(text, CONDUCTIVITY)} <= {None, "QPPO-1"}


@given(
    st.lists(st.tuples(st.integers(1, 999), st.sampled_from(["QPPO-1", "PBI-OH"])), min_size=1, max_size=4)
)
def test_every_place_points_at_its_value(facts: list[tuple[int, str]]) -> None:
    text = " ".join(f"The water uptake of {name} was {value} %." for value, name in facts)
    readings = find_property(text, UPTAKE)
    assert [text[slice(*reading.at)] for reading in readings] == [reading.quantity for reading in readings]
    assert [(reading.quantity, reading.material) for reading in readings] == [(f"{v} %", n) for v, n in facts]
