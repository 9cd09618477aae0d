"""A formula is told from words, codes, groups and abbreviations that only look like one."""

# ruff: noqa: SIM905 - a table of words reads better than one of quotation marks
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domaintune.science.chemistry.formulas import is_formula

FORMULAS = (
    "α-Fe2O3 H2SO4 [Ru(bpy)3]2+ Cu(II) CO NO NaCl LiNi0.8Co0.1Mn0.1O2 La0.6Sr0.4CoO3-δ CuSO4·5H2O Fe3+ SO42- "
    "K4[Fe(CN)6]·3H2O Pd(OAc)2 PPh3 g-C3N4 h-BN CH3COOH CaCO3 Ca(OH)2 KMnO4"
).split()
NONE = (
    "We provide In He As At I machine DNA RNA SEM XRD HF DFT B3LYP SN2 H5N1 PI3K IC50 COP26 P450 HeLa CaMKII MCF7 "
    "PhD NaV1.7 SARS-CoV-2 COVID-19 COF MOF pH US VB12 BP86 CP2K CF3 CH3 -NH2 sp2 13C 1H T1 2D 3D TmPyPB"
).split()


@pytest.mark.parametrize("token", FORMULAS)
def test_a_formula_is_one(token: str) -> None:
    assert is_formula(token)


@pytest.mark.parametrize("token", NONE)
def test_a_word_a_code_or_a_group_is_no_formula(token: str) -> None:
    assert not is_formula(token)


@given(st.text(alphabet="CHONaclSFe0123⁺[](){}-–/·, αβ'", max_size=40) | st.text(max_size=40))
def test_any_text_is_judged_without_an_error(text: str) -> None:
    assert is_formula(text) in (True, False)
