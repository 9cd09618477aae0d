"""Every reason for which a row of a reply is lost, and that the detail names what is wrong."""

from typing import Any

import pytest
from generate_run import document, made, question

TEXT = "QPPO-2 with H2SO4 has a water uptake of 32 %. Platinum was the catalyst at 80 °C for fuel cells."
KOREAN = "물을 흡수한다. 막은 안정하다. 촉매는 백금이다."
FINE = {"Q1": KOREAN, "Q2": "막의 흡수율을 알려는 것이다.", "Q3": "흡수율은 32 %이다."}


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
        ("summarise_translate", FINE | {"Q1": KOREAN + " 하나 더 있다."}, "too_many_sentences", "Q1: 4"),
        ("summarise_translate", FINE | {"Q2": "낱말이 " * 21}, "too_many_words", "Q2: 21 words"),
        ("summarise_translate", FINE | {"Q3": "It is in English."}, "not_korean", "Q3: 0.00"),
        ("summarise_translate", FINE | {"Q3": "흡수율은 35 %이다."}, "ungrounded", "35 %"),
        ("summarise_translate", FINE | {"Q3": " "}, "empty_answer", "Q3"),
        ("information_extraction", {"Q1": "palladium", "Q2": "", "Q3": "", "Q4": ""}, "ungrounded", "palladium"),
        ("information_extraction", {"Q1": "", "Q2": "", "Q3": "heated to 90 °C", "Q4": ""}, "ungrounded", "90 °C"),
        ("keywords", {"keywords": ["fuel cell", "batteries"]}, "ungrounded", "batteries"),
        ("keywords", {"keywords": ["-", " "]}, "empty_answer", "no keyword"),
        ("keywords", {"keywords": ["a b c d e f g"]}, "too_many_words", "7 words"),
        ("exam", {"Answer": "③", "Explanation": "까닭"}, "wrong_answer", "the key is 2"),
        ("exam", {"Answer": "잘 모르겠다", "Explanation": "까닭"}, "unreadable_answer", "names no option"),
        ("exam", {"Answer": "②", "Explanation": "말 " * 201}, "too_many_words", "201 words"),
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


def test_a_question_that_answers_itself_is_lost() -> None:
    asked = [question(1, question="What?", answer="what?", options=[]), question(2, answer=" ", options=[])]
    rejected = made("short_qa", [], asked).accounts.as_dict()["rejected"]
    assert rejected == {"answer_is_question": 1, "empty_answer": 1}
