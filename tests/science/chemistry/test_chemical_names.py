import unicodedata
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domaintune.science.chemistry.chemical_names import display_name, normalise_name, occurs_in

NAMES = (  # lm-evaluation-harness's clean-up once turned the first into cyclopentacpyridine
    "cyclopenta[c]pyridine; (2R,3S)-2,3-dihydroxybutanedioic acid; α-Fe2O3; H2SO4; "
    "[Ru(bpy)3]2+; poly(2,6-dimethyl-1,4-phenylene oxide); N,N-dimethylformamide; 1,4-dioxane; "
    "Cu(II); 1,1'-binaphthyl; CuSO4·5H2O"
)
LOCANTS = st.sampled_from(["1,4-", "N,N-", "2,2'-", "(2R,3S)-", "(E)-", "α-", "D-", "4a-", "1H-"])
PARTS = st.sampled_from(["dioxane", "benzo[a]pyrene", "methyl", "(trifluoromethyl)", "but-2-ene", "oxide"])
COMPOSED = st.lists(st.tuples(LOCANTS, PARTS), min_size=1, max_size=4).map(
    lambda p: "".join(a + b for a, b in p)
)
SIGNS = "Hh2₂²⁺⁻+-−–()[]{}'′’·•αμµÅ Cc,1ﬁⅡ\u00ad\u200bＨ２가각<sub>_^$"


@pytest.mark.parametrize("name", NAMES.split("; "))
@pytest.mark.promise(14)
def test_a_name_keeps_its_locants_brackets_and_descriptors(name: str) -> None:
    assert normalise_name(name) == name
    assert display_name(name) == name


@given(COMPOSED)
def test_no_locant_bracket_or_stereo_descriptor_is_ever_lost_and_a_name_occurs_in_no_longer_one(name):
    for function in (normalise_name, display_name):
        assert Counter(function(name)) == Counter(name)
    assert occurs_in(name, f"We heated {name} (2 g), then stopped.")
    assert not occurs_in(name, f"We heated {name}yl.")


@given(st.text(alphabet=SIGNS, max_size=30) | st.text(max_size=30))
def test_normalising_twice_or_a_decomposed_text_changes_nothing(text: str) -> None:
    once = normalise_name(text)
    assert normalise_name(once) == normalise_name(unicodedata.normalize("NFD", text)) == once
    assert display_name(display_name(text)) == display_name(text)


@given(st.integers(0, 10**6), st.sampled_from(["", "+", "-"]))
def test_subscripts_and_superscripts_equal_plain_digits(count: int, sign: str) -> None:
    plain = f"Fe{count}{sign}"
    assert normalise_name(plain.translate(str.maketrans("0123456789+-", "₀₁₂₃₄₅₆₇₈₉₊₋"))) == plain
    assert normalise_name(plain.translate(str.maketrans("0123456789+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻"))) == plain


OTHERS = (
    "a=b Co=CO NO=No CoCl2=COCl2 Hf=HF TEMPO=tempo o-xylene=p-xylene (2R,3S)-x=(2S,3R)-x D-glucose=L-glucose "
    "Fe2+=Fe3+ Cu(I)=Cu(II) α-pinene=β-pinene -40=40"
)


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("H<sub>2</sub>SO<sub>4</sub>", "H2SO4", True),
        *((tex, "VS2", True) for tex in ("VS$_2$", "VS_{2}")),
        *((f"1,4{hyphen}dioxane", "1,4-dioxane", True) for hyphen in "–\u00ad"),
        *((copper, "Cu(II)", True) for copper in ("Cu (II)", "Cu(Ⅱ)")),
        ("CuSO4 • 5H2O", "CuSO4·5H2O", True),
        ("2,2′-bipyridine", "2,2'-bipyridine", True),
        ("copper sulﬁde", "copper sulfide", True),
        ("Ｈ２Ｏ", "H2O", True),
        ("N-Methylpyrrolidone", "N-methylpyrrolidone", True),
        *((*names.split("="), False) for names in OTHERS.split()),
    ],
)
def test_two_ways_to_type_one_name_are_equal_and_what_tells_two_substances_apart_stays(a, b, same):
    assert (normalise_name(a) == normalise_name(b)) is same


@pytest.mark.parametrize(
    ("name", "text", "whole"),
    [
        ("CO2", "the CO₂-derived carbon", True),
        ("H2SO4", "진한 H₂SO₄는 강산이다.", True),
        ("황산", "묽은 황산은 산이다.", True),
        ("HCl", "염산(HCl)을 넣는다.", True),
        ("염산", "염산(HCl)을 넣는다.", True),
        ("methane", "Methane, ethane", True),
        ("Co", "Co–Mo on alumina", True),
        ("TiO2", "(TiO2/SiO2)", True),
        ("Nafion", "Nafion® 117", True),
        ("CO", "H2 and CO.", True),
        ("methane", "dichloromethane", False),
        ("Co", "CO2 and CO", False),
        ("황산", "황산나트륨을 넣는다.", False),
        ("ethylene", "poly(ethylene)", False),
        ("xylene", "m-xylene", False),
        ("4-dinitrotoluene", "2,4-dinitrotoluene", False),
        ("benzene", "benzene-1,4-diol", False),
        ("N", "N,N-dimethylformamide", False),
        ("pyridine", "cyclopenta[c]pyridine", False),
        ("", "anything", False),
        ("CuSO4", "CuSO4·5H2O", False),
        ("NH4", "(NH4)2SO4", False),
    ],
)
def test_a_whole_name_occurs_and_a_part_of_a_longer_name_does_not(name: str, text: str, whole: bool) -> None:
    for form in ("NFC", "NFD"):
        assert occurs_in(unicodedata.normalize(form, name), unicodedata.normalize(form, text)) is whole
