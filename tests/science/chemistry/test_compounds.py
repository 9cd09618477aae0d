# ruff: noqa: SIM905 - a table of words reads better than one of quotation marks
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domaintune.science.chemistry.chemical_names import normalise_name, occurs_in
from domaintune.science.chemistry.compounds import find_compounds

NAMES = [
    "cyclopenta[c]pyridine", "(2R,3S)-2,3-dihydroxybutanedioic acid", "α-Fe2O3", "H2SO4", "[Ru(bpy)3]2+",
    "poly(2,6-dimethyl-1,4-phenylene oxide)", "N,N-dimethylformamide", "1,4-dioxane", "Cu(II)", "CO", "NO", "NaCl",
    "sodium chloride", "lithium iron phosphate", "copper(II) sulfate pentahydrate", "ethyl acetate", "diethyl ether",
    "sulfuric acid", "4-methylbenzoic acid", "4-(trifluoromethyl)benzaldehyde", "2-methylpropan-2-ol", "(E)-but-2-ene",
    "benzo[a]pyrene", "D-glucose", "tetrabutylammonium bromide", "1-ethyl-3-methylimidazolium tetrafluoroborate",
    "polyaniline", "Nafion", "Pt/C", "Ni/Al2O3", "LiNi0.8Co0.1Mn0.1O2", "La0.6Sr0.4CoO3-δ", "CuSO4·5H2O", "Fe3+", "SO42-",
    "K4[Fe(CN)6]·3H2O", "Pd(OAc)2", "PPh3", "g-C3N4", "h-BN", "CH3COOH", "graphene oxide", "triphenylphosphine oxide",
    "hydrogen peroxide", "titanium dioxide", "dichloromethane", "2,4,6-trinitrotoluene",
]  # fmt: skip
WORDS = (
    "We provide In He As At No I membrane machine determine medicine alcohol control material protein DNA RNA SEM XRD HF "
    "DFT B3LYP SN2 H5N1 PI3K IC50 COP26 P450 HeLa CaMKII MCF7 PhD NaV1.7 SARS-CoV-2 COVID-19 COF MOF pH US VB12 BP86 CP2K "
    "Co Co-workers amines alkanes zeolite water C-H N-H CH3 CF3 -NH2 sp2 13C 1H T1 2D 3D Li-ion et al. CO-op climate"
).split()


@pytest.mark.parametrize("name", NAMES)
def test_a_substance_is_found_whole_in_a_sentence(name: str) -> None:
    assert find_compounds(f"We heated {name}, then stopped.") == [name]
    assert find_compounds(f"The sample ({name}) was dry.") == [name]


@pytest.mark.parametrize("word", WORDS)
def test_a_word_code_group_or_class_is_no_compound(word: str) -> None:
    assert find_compounds(f"The {word} was there.") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the pyridine ring", []),
        ("amino acids and phosphonic acid groups", []),
        ("a CO2-to-CO cell", ["CO2", "CO"]),
        ("TiO₂-coated glass", ["TiO₂"]),
        ("phosphaza-adamantane", []),
        ("hydrazine monohydrate", ["hydrazine monohydrate"]),
        ("fac-Ir(ppy)3 and Zn(II)-metallogel", ["fac-Ir(ppy)3", "Zn(II)"]),
        ("Methane-to-methanol", ["Methane", "methanol"]),
        ("TmPyPB", []),
        ("PMe3-(trimethylsiloxy) tetrasiloxane", []),
        ("N,N-dimethylformamide (DMF) and DMF", ["N,N-dimethylformamide", "DMF"]),
        ("graphene oxide (GO) by XRD", ["graphene oxide", "GO"]),
        ("copper oxide (XRD)", ["copper oxide"]),
        ("VS$_2$ and H<sub>2</sub>O", ["VS2", "H2O"]),
        ("ethanol/acetone", ["ethanol", "acetone"]),
    ],
)
def test_what_stands_around_a_name_decides(text: str, expected: list[str]) -> None:
    assert find_compounds(text) == expected
    assert all(occurs_in(name, text) for name in expected)


@pytest.mark.parametrize("particle", ["는", "를", "와", "에서", "으로부터", "이며", ""])
def test_a_korean_particle_is_no_part_of_a_formula(particle: str) -> None:
    text = f"진한 H₂SO₄{particle} NaOH의 반응"
    for form in ("NFC", "NFD"):
        assert find_compounds(unicodedata.normalize(form, text)) == ["H₂SO₄", "NaOH"]


def test_each_substance_comes_once_in_order_of_appearance() -> None:
    assert find_compounds("NaCl, H₂SO₄ and H2SO4; NaCl; methane. Methane") == ["NaCl", "H₂SO₄", "methane"]


@given(st.lists(st.sampled_from(NAMES), min_size=1, max_size=6, unique=True))
def test_a_list_of_substances_is_read_back(names: list[str]) -> None:
    text = "We used " + "; ".join(names) + "."
    found = find_compounds(text)
    assert [normalise_name(name) for name in found] == [normalise_name(name) for name in names]
    assert find_compounds(unicodedata.normalize("NFD", text)) == found
    assert all(occurs_in(name, text) for name in found)


@given(st.text(alphabet="CHONaclSFe0123₂⁺[](){}-–/·, αβ'가methylan", max_size=60) | st.text(max_size=60))
def test_any_text_is_read_without_an_error_and_nothing_is_invented(text: str) -> None:
    found = find_compounds(text)
    assert len({normalise_name(name) for name in found}) == len(found)
    assert all(normalise_name(name) in normalise_name(text) for name in found)


@pytest.mark.timeout(60)  # about 1 s on an idle core
def test_many_abstracts_are_read_one_as_fast_as_another() -> None:
    for number in range(200):
        assert find_compounds(
            f"Sample {number}: " + " ".join(WORDS + NAMES) + f" with {number}-methyl words{number}."
        )
