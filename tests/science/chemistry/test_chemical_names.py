import unicodedata
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domaintune.science.chemistry.chemical_names import display_name, normalise_name, occurs_in

NAMES = [
    "cyclopenta[c]pyridine",  # lm-evaluation-harness's clean-up once turned this into cyclopentacpyridine
    "(2R,3S)-2,3-dihydroxybutanedioic acid",
    "α-Fe2O3",
    "H2SO4",
    "[Ru(bpy)3]2+",
    "poly(2,6-dimethyl-1,4-phenylene oxide)",
    "N,N-dimethylformamide",
    "1,4-dioxane",
    "Cu(II)",
    "1,1'-binaphthyl",
    "CuSO4·5H2O",
]
LOCANTS = st.sampled_from(["1,4-", "N,N-", "2,2'-", "(2R,3S)-", "(E)-", "α-", "D-", "4a-", "1H-"])
PARTS = st.sampled_from(["dioxane", "benzo[a]pyrene", "methyl", "(trifluoromethyl)", "but-2-ene", "oxide"])
COMPOSED = st.lists(st.tuples(LOCANTS, PARTS), min_size=1, max_size=4).map(
    lambda p: "".join(a + b for a, b in p)
)
SIGNS = "Hh2₂²⁺⁻+-−–()[]{}'′’·•αμµÅ Cc,1ﬁⅡ\u00ad\u200bＨ２가각<sub>_^$"


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.promise(14)
def test_a_name_keeps_its_locants_brackets_and_descriptors(name: str) -> None:
    assert normalise_name(name) == name
    assert display_name(name) == name


@given(COMPOSED)
def test_no_locant_bracket_or_stereo_descriptor_is_ever_lost(name: str) -> None:
    for function in (normalise_name, display_name):
        assert Counter(function(name)) == Counter(name)


@given(st.text(alphabet=SIGNS, max_size=30) | st.text(max_size=30))
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalise_name(normalise_name(text)) == normalise_name(text)
    assert display_name(display_name(text)) == display_name(text)


@given(st.text(alphabet=SIGNS, max_size=30) | st.text(max_size=30))
def test_composed_and_decomposed_text_are_the_same_name(text: str) -> None:
    forms = {normalise_name(unicodedata.normalize(form, text)) for form in ("NFC", "NFD")}
    assert len(forms) == 1


@given(st.integers(0, 10**6), st.sampled_from(["", "+", "-"]))
def test_subscripts_and_superscripts_equal_plain_digits(count: int, sign: str) -> None:
    plain = f"Fe{count}{sign}"
    assert normalise_name(plain.translate(str.maketrans("0123456789+-", "₀₁₂₃₄₅₆₇₈₉₊₋"))) == plain
    assert normalise_name(plain.translate(str.maketrans("0123456789+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻"))) == plain


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("H₂SO₄", "H2SO4"),
        ("H<sub>2</sub>SO<sub>4</sub>", "H2SO4"),
        ("VS$_2$", "VS2"),
        ("VS_{2}", "VS2"),
        ("Fe³⁺", "Fe3+"),
        ("1,4–dioxane", "1,4-dioxane"),
        ("1,4\u00addioxane", "1,4-dioxane"),
        ("Cu (II)", "Cu(II)"),
        ("Cu(Ⅱ)", "Cu(II)"),
        ("CuSO4 • 5H2O", "CuSO4·5H2O"),
        ("2,2′-bipyridine", "2,2'-bipyridine"),
        ("Sodium  Chloride", "sodium chloride"),
        ("copper sulﬁde", "copper sulfide"),
        ("Ｈ２Ｏ", "H2O"),
        ("N-Methylpyrrolidone", "N-methylpyrrolidone"),
    ],
)
def test_two_ways_to_type_one_name_are_equal(a: str, b: str) -> None:
    assert normalise_name(a) == normalise_name(b)


@pytest.mark.parametrize(
    ("a", "b"), [("Co", "CO"), ("NO", "No"), ("CoCl2", "COCl2"), ("Hf", "HF"), ("TEMPO", "tempo"),
                 ("o-xylene", "p-xylene"), ("(2R,3S)-x", "(2S,3R)-x"), ("D-glucose", "L-glucose"), ("Fe2+", "Fe3+"),
                 ("Cu(I)", "Cu(II)"), ("α-pinene", "β-pinene"), ("-40", "40")],
)  # fmt: skip
def test_what_tells_two_substances_apart_stays(a: str, b: str) -> None:
    assert normalise_name(a) != normalise_name(b)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("CO2", "the CO₂-derived carbon"),
        ("H2SO4", "진한 H₂SO₄는 강산이다."),
        ("황산", "묽은 황산은 산이다."),
        ("HCl", "염산(HCl)을 넣는다."),
        ("염산", "염산(HCl)을 넣는다."),
        ("methane", "Methane, ethane"),
        ("1,4-dioxane", "in 1,4-dioxane."),
        ("Co", "Co–Mo on alumina"),
        ("TiO2", "(TiO2/SiO2)"),
        ("Nafion", "Nafion® 117"),
        ("CO", "H2 and CO."),
    ],
)
def test_a_whole_name_occurs(name: str, text: str) -> None:
    assert occurs_in(name, text)
    assert occurs_in(unicodedata.normalize("NFD", name), unicodedata.normalize("NFD", text))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("methane", "dichloromethane"),
        ("Co", "CO2 and CO"),
        ("CO", "CO2"),
        ("황산", "황산나트륨을 넣는다."),
        ("ethylene", "poly(ethylene)"),
        ("xylene", "m-xylene"),
        ("4-dinitrotoluene", "2,4-dinitrotoluene"),
        ("benzene", "benzene-1,4-diol"),
        ("N", "N,N-dimethylformamide"),
        ("pyridine", "cyclopenta[c]pyridine"),
        ("", "anything"),
        ("CuSO4", "CuSO4·5H2O"),
        ("NH4", "(NH4)2SO4"),
    ],
)
def test_a_part_of_a_longer_name_does_not_occur(name: str, text: str) -> None:
    assert not occurs_in(name, text)


@given(COMPOSED)
def test_a_name_occurs_in_a_sentence_about_it_and_never_in_a_longer_one(name: str) -> None:
    assert occurs_in(name, f"We heated {name} (2 g), then stopped.")
    assert not occurs_in(name, f"We heated {name}yl.")
