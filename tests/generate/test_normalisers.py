"""A reply becomes the answer in the study's form, and no name or value loses a character that means something."""

import json
from typing import Any

import pytest
from generate_run import item, spec
from hypothesis import given
from hypothesis import strategies as st

from domaintune.core.stage.accounting import Loss
from domaintune.generate.grounding import is_absent, names, occurs_as_term, quantities
from domaintune.generate.making import normalised
from domaintune.generate.normalisers import CleanAnswer, distinct, record
from domaintune.generate.params import TaskSpec
from domaintune.science.chemistry.chemical_names import normalise_name

texts = st.text(st.characters(codec="utf-8"), max_size=60)


@given(st.lists(texts, max_size=6))
def test_a_list_of_names_is_stable_and_holds_nothing_twice(found: list[str]) -> None:
    once = distinct(found)
    assert distinct(once) == once
    assert len({normalise_name(name) for name in once}) == len(once)


def test_two_spellings_are_one_compound_cobalt_is_no_carbon_monoxide_and_sodium_is_something() -> None:
    assert distinct(["H2SO4", "H₂SO₄", "Co", "CO", " ", "N/A"]) == ["H2SO4", "Co", "CO"]
    absent = ["", "-", "–", "N/A", "n/a.", "NA", "None", "not mentioned", "Not reported.", "언급 없음"]
    assert [word for word in absent if not is_absent(word)] == []
    assert not any(map(is_absent, ["Na", "NaCl", "nanotubes", "none of the oxides", "Ni", "-OH"]))


@given(st.dictionaries(st.sampled_from(["Q1", "Q2", "Q3"]), texts, min_size=3))
def test_numbered_answers_are_json_whatever_they_hold(reply: dict[str, str]) -> None:
    schema = {"properties": {name: {"type": "string"} for name in ("Q1", "Q2", "Q3")}}
    own = TaskSpec.model_construct(makes="reply", reply_schema=schema, optional=["Q1", "Q2", "Q3"])
    answer = record(reply, None, own)  # type: ignore[arg-type]  # the unit is not looked at
    assert isinstance(answer, CleanAnswer)
    assert json.loads(answer.output) == answer.reply
    assert record(answer.reply, None, own) == answer  # type: ignore[arg-type]


MEMBRANE = "QPPO-2 has an IEC of 1.9 mmol/g, a water uptake of 32 % and 45.2 mS cm−1 at 30 °C."


def readings(*found: tuple[str, str]) -> dict[str, Any]:
    return {"readings": [{"material": material, "value": value} for material, value in found]}


@pytest.mark.parametrize(
    ("task", "text", "variant", "reply", "output"),
    [
        ("summarise_extract", "Oligoelectrolytes (COEs) speed up catalysis with H₂SO₄.", "",
         {"summary": "They speed up\ncatalysis.", "compounds": ["oligoelectrolytes", "COEs", "H2SO4", "H₂SO₄"]},
         'Summary: They speed up catalysis.\nChemnames: {0: "oligoelectrolytes", 1: "COEs", 2: "H2SO4"}'),
        ("information_extraction", "Pt and Au on glassy carbon (GC).", "",
         {"Q4": "-", "Q1": "Au, Pt", "Q2": "glassy carbon (GC)", "Q3": "not mentioned"},
         '{"Q1": "Au, Pt", "Q2": "glassy carbon (GC)", "Q3": "N/A", "Q4": "N/A"}'),
        ("keywords", "Fuel cells with 2,3-butanediol and machine learning.", "",
         {"keywords": ["Fuel cell", "2,3-butanediol.", "Machine learning"]}, "Fuel cell; 2,3-butanediol; Machine learning"),
        *(("property_extraction", MEMBRANE, variant, readings(*found), json.dumps({"AEM_MAT": table}, ensure_ascii=False))
          for variant, found, table in [
            ("water_uptake", [], {"-": {"WU": "-"}}),
            ("water_uptake", [("N/A", "-")], {"-": {"WU": "-"}}),
            ("water_uptake", [("QPPO-2", "32%")], {"QPPO-2": {"WU": "32%"}}),
            ("water_uptake", [("not mentioned", "32 %")], {"-": {"WU": "32 %"}}),
            ("ion_conductivity", [("QPPO-2", "45.2 mS/cm at 30 °C")], {"QPPO-2": {"IC": "45.2 mS/cm at 30 °C"}}),
            ("ion_conductivity", [("QPPO–2", "45.2 mS/cm"), ("QPPO-2", "0.0452 S/cm")], {"QPPO–2": {"IC": "45.2 mS/cm"}}),
            ("ion_exchange_capacity", [("QPPO-2", "1.9 mmol g⁻¹")], {"QPPO-2": {"IEC": "1.9 mmol g⁻¹"}}),
          ]),
        *(("exam", "", "", {"Answer": told, "Explanation": " 까닭 "}, '{"Answer": "② 1.1", "Explanation": "까닭"}')
          for told in ("②", "2", "2번", "② 1.1", "정답: ②", "1.1", '{"Answer": "② 1.1"}')),
        ("exam", "", "", {"Answer": "②", "Explanation": ""}, '{"Answer": "② 1.1"}'),
    ],
)  # fmt: skip
def test_a_reply_is_written_in_the_study_s_form(
    task: str, text: str, variant: str, reply: dict[str, Any], output: str
) -> None:
    answer = normalised(reply, item(task, text, variant), spec(task))
    assert isinstance(answer, CleanAnswer)
    assert answer.output == output


def test_an_explanation_may_be_left_out_only_if_the_spec_allows_it() -> None:
    found = normalised({"Answer": "②", "Explanation": ""}, item("exam"), spec("exam", optional=None))
    assert isinstance(found, Loss)
    assert found.reason == "empty_answer"


def test_grounding_knows_spellings_but_no_parts_of_names() -> None:
    text = "Poly(arylene ether) in dichloromethane gave 45.2 mS cm⁻¹; H₂SO₄ and CO₂ served in fuel cells."
    for found in (["H2SO4", "CO2", "poly(arylene ether)"], "H2SO4 and CO2", "N/A"):
        assert names(found, text) is None
    assert names("H2SO4, NaOH", text) == Loss("ungrounded", "'NaOH' does not occur in the text")
    assert None not in (
        names(["methane"], text),
        names(["Co"], text),
        quantities("it reaches 45.3 mS/cm", text),
    )
    assert quantities("it reaches 0.0452 S/cm", text) is None
    terms = ("Fuel cell", "arylene ether", "cell fuel")
    assert [occurs_as_term(term, text) for term in terms] == [True, False, False]
