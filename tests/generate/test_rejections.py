"""A reply becomes the answer in the study's form, or is lost with its reason, and the detail names what is wrong."""

import json
from typing import Any

import pytest
from generate_run import document, item, made, question, spec

from domaintune.core.stage.accounting import Loss
from domaintune.generate.grounding import is_absent, names, occurs_as_term, quantities
from domaintune.generate.making import normalised
from domaintune.generate.normalisers import CleanAnswer, distinct

TEXT = "QPPO-2 with H2SO4 has a water uptake of 32 %. Platinum was the catalyst at 80 °C for fuel cells."
KOREAN = "물을 흡수한다. 막은 안정하다. 촉매는 백금이다."
FINE = {"Q1": KOREAN, "Q2": "막의 흡수율을 알려는 것이다.", "Q3": "흡수율은 32 %이다."}
MEMBRANE = "QPPO-2 has an IEC of 1.9 mmol/g, a water uptake of 32 % and 45.2 mS cm−1 at 30 °C."


@pytest.mark.parametrize(
    ("task", "reply", "reason", "named"),
    [
        ("summarise_extract", {"summary": "", "compounds": []}, "empty_answer", "summary"),
        ("summarise_extract", {"summary": "word " * 61, "compounds": []}, "too_many_words", "61 words"),
        ("summarise_extract", {"summary": "One. Two. Three.", "compounds": []}, "too_many_sentences", "3 sentences"),
        ("summarise_extract", {"summary": "Fine.", "compounds": ["H2SO4", "NaOH"]}, "ungrounded", "'NaOH'"),
        ("summarise_extract", {"summary": "It takes up 33 %.", "compounds": []}, "ungrounded", "33 %"),
        ("summarise_extract", {"summary": "Fine.", "compounds": [f"A{n}" for n in range(41)]}, "too_many_items", "41"),
        ("summarise_extract", {"summary": "Fine \ufffd.", "compounds": []}, "bad_encoding", "U+FFFD"),
        ("summarise_translate", FINE | {"Q1": "한 문장이다."}, "too_few_sentences", "Q1: 1 sentences"),
        ("summarise_translate", FINE | {"Q3": "It is in English."}, "not_korean", "Q3: 0.00"),
        ("summarise_translate", FINE | {"Q3": " "}, "empty_answer", "Q3"),
        ("information_extraction", {"Q1": "palladium", "Q2": "", "Q3": "", "Q4": ""}, "ungrounded", "palladium"),
        ("information_extraction", {"Q1": "", "Q2": "", "Q3": "heated to 90 °C", "Q4": ""}, "ungrounded", "90 °C"),
        ("keywords", {"keywords": ["fuel cell", "batteries"]}, "ungrounded", "batteries"),
        ("keywords", {"keywords": ["-", " "]}, "empty_answer", "no keyword"),
        ("exam", {"Answer": "③", "Explanation": "까닭"}, "wrong_answer", "the key is 2"),
        ("exam", {"Answer": "잘 모르겠다", "Explanation": "까닭"}, "unreadable_answer", "names no option"),
    ],
)  # fmt: skip
def test_a_bad_reply_is_lost_with_its_reason(
    task: str, reply: dict[str, Any], reason: str, named: str
) -> None:
    asked = question(0, explanation="") if task == "exam" else document(0, text=TEXT)
    result = made(task, [reply], [asked])
    [reject] = result.rejects
    assert (reject.kind, reject.reason) == ("rejected", reason)
    assert named in reject.detail
    assert result.accounts.as_dict()["rejected"] == {reason: 1}
    assert result.instructions == []


@pytest.mark.parametrize(
    ("material", "value", "reason"),
    [
        ("QPPO-2", "33 %", "ungrounded"), ("QPPO-3", "32 %", "ungrounded"), ("QPPO-2", "32", "no_quantity"),
        ("QPPO-2", "80 °C", "wrong_unit"),
    ],
)  # fmt: skip
def test_a_value_that_the_text_lacks_is_lost(material: str, value: str, reason: str) -> None:
    good, bad = {"readings": []}, {"readings": [{"material": material, "value": value}]}
    result = made("property_extraction", [good, good, bad], [document(0, text=TEXT)])
    assert [row.category for row in result.instructions] == ["ion_conductivity", "ion_exchange_capacity"]
    assert [(reject.reason, "water_uptake" in reject.detail) for reject in result.rejects] == [(reason, True)]


@pytest.mark.parametrize("changes", [{"answer": "6"}, {"answer": "②"}, {"answer": "1,6"}, {"options": []}])
def test_a_question_without_a_valid_key_is_lost_and_nothing_is_paid_for_it(changes: dict[str, Any]) -> None:
    books = made("exam", [], [question(1, explanation="", **changes)]).accounts.as_dict()
    assert books["rejected"] == {"no_options": 1}
    assert books["requests"]["prompts"] == 0


def test_two_spellings_are_one_compound_cobalt_is_no_carbon_monoxide_and_sodium_is_something() -> None:
    assert distinct(["H2SO4", "H₂SO₄", "Co", "CO", " ", "N/A"]) == ["H2SO4", "Co", "CO"]
    absent = ["", "-", "–", "N/A", "n/a.", "NA", "None", "not mentioned", "Not reported.", "언급 없음"]
    assert [word for word in absent if not is_absent(word)] == []
    assert not any(map(is_absent, ["Na", "NaCl", "nanotubes", "none of the oxides", "Ni", "-OH"]))


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
            ("water_uptake", [("QPPO-2", "32%")], {"QPPO-2": {"WU": "32%"}}),
            ("water_uptake", [("not mentioned", "32 %")], {"-": {"WU": "32 %"}}),
            ("ion_conductivity", [("QPPO-2", "45.2 mS/cm at 30 °C")], {"QPPO-2": {"IC": "45.2 mS/cm at 30 °C"}}),
            ("ion_conductivity", [("QPPO–2", "45.2 mS/cm"), ("QPPO-2", "0.0452 S/cm")], {"QPPO–2": {"IC": "45.2 mS/cm"}}),
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
