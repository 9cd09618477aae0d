"""The three shapes: pairs are in test_rows; here replies, rows that the source holds itself, and passed questions."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from generate_run import document

from domaintune.core.records.document import Section
from domaintune.core.stage.errors import InputError
from domaintune.generate.prompt_items import choose
from domaintune.generate.rows import generate

Make = Callable[..., Any]


def test_questions_are_passed_through_without_a_request(
    cards: Make, entries: Make, questions: Make, given_asker: Any
) -> None:
    asked = [
        questions(
            1,
            question="Why is ice light?",
            options=[],
            answer="It is open.",
            split="validation",
            licence="MIT",
        ),
        questions(2, question="Which acid?", options=["HCl", "H2SO4"], answer="2", context="In cars."),
        questions(3, split="benchmark"),
        questions(4, source="others"),
    ]
    task = entries("short_qa")
    asker = given_asker([])
    made = generate(
        asker, "short_qa", task, cards("short_qa"), choose(asked, task, 1), max_reject_fraction=0.0
    )
    assert asker.prompts == []
    first, second = sorted(made.instructions, key=lambda row: row.document_id)
    assert (first.input, first.output, first.split, first.licence) == (
        "Why is ice light?", "It is open.", "validation", "MIT",
    )  # fmt: skip
    assert (first.document_id, first.origin, first.request_id) == ("q1", "human", "")
    assert (second.input, second.output) == ("Which acid?\n\nIn cars.", "H2SO4")
    books = made.accounts.as_dict()
    assert (books["in"], books["kept"], books["passed"], books["requests"]["in"]) == (2, 2, 2, 0)
    assert (books["questions"], books["questions_of_other_sources"], books["questions_of_benchmarks"]) == (
        2,
        1,
        1,
    )


def test_a_benchmark_is_never_a_task(entries: Make, questions: Make) -> None:
    with pytest.raises(InputError, match=r"\['exams'\] are benchmarks, which are never trained on"):
        choose([questions(1, split="benchmark")], entries("exam"), 1)


def test_only_questions_without_an_explanation_are_asked_about(
    cards: Make, entries: Make, questions: Make, given_asker: Any
) -> None:
    asked = [questions(1), questions(2, explanation=""), questions(3, explanation=" ")]
    task = entries("exam")
    replies = [{"Answer": "② 2.1", "Explanation": "열 배이다."}, {"Answer": "2", "Explanation": ""}]
    asker = given_asker(replies)
    made = generate(asker, "exam", task, cards("exam"), choose(asked, task, 1), max_reject_fraction=0.0)
    assert len(asker.prompts) == 2
    rows = {row.document_id: row for row in made.instructions}
    assert [rows[name].origin for name in ("q1", "q2", "q3")] == ["human", "generated", "generated"]
    assert rows["q1"].input == "1 poise는 몇 Pa·s인가?\n①1.0 ②1.1 ③1.2 ④1.3 ⑤1.4"
    assert json.loads(rows["q2"].output) == {"Answer": "② 2.1", "Explanation": "열 배이다."}
    assert json.loads(rows["q3"].output) == {"Answer": "② 3.1"}
    assert "해설" in rows["q1"].instruction
    assert "해설" not in rows["q3"].instruction


def test_the_teacher_is_not_told_the_key(cards: Make, units: Make) -> None:
    from domaintune.generate.prompts import prompt_for

    messages = [
        [message.content for message in prompt_for(units("exam", answer=key), cards("exam"), 1).messages]
        for key in ("1", "5")
    ]
    assert messages[0] == messages[1]


def test_each_property_is_asked_for_in_each_document(cards: Make, entries: Make, given_asker: Any) -> None:
    task, card = entries("property_extraction"), cards("property_extraction")
    chosen = choose(
        [document(n, text=f"M-{n} has a WU of {n} %.") for n in range(1, 4)], task, 1, card.variants
    )
    asker = given_asker([{"readings": []}] * 9)
    made = generate(asker, "p", task, card, chosen, max_reject_fraction=0.0)
    assert len(asker.prompts) == len({prompt.id for prompt in asker.prompts}) == 9
    assert {row.output for row in made.instructions} == {
        f'{{"AEM_MAT": {{"-": {{"{symbol}": "-"}}}}}}' for symbol in ("IC", "IEC", "WU")
    }
    assert {row.category for row in made.instructions} == {variant.id for variant in card.variants}
    for row in made.instructions:
        other = {"ion_conductivity": "IEC", "water_uptake": "IEC"}.get(row.category, "(WU)")
        assert f'"{other}"' not in row.instruction


def test_the_authors_keywords_are_used_where_enough_occur(
    cards: Make, entries: Make, given_asker: Any
) -> None:
    text = "Fuel cells with H₂SO₄ and poly(ethylene) membranes."
    own = document(1, text=text, keywords=["fuel cell", "H2SO4", "membranes", "ethylene"])
    few = document(2, text=text, keywords=["Energy"])
    task = entries("keywords")
    asker = given_asker([{"keywords": ["membranes"]}])
    made = generate(asker, "k", task, cards("keywords"), choose([own, few], task, 1), max_reject_fraction=0.0)
    rows = {row.document_id: row for row in made.instructions}
    assert (rows[own.id].output, rows[own.id].origin) == ("fuel cell; H2SO4; membranes", "human")
    assert (rows[few.id].output, rows[few.id].origin) == ("membranes", "generated")


def test_a_korean_summary_of_the_source_is_used(cards: Make, entries: Make, given_asker: Any) -> None:
    sections = [
        Section(name="purpose_ko", text="펌프를 만든다."),
        Section(name="result_ko", text="무게는 1 kg이다."),
        Section(name="summary_ko", text="펌프를 만들었다. 무게는 1 kg이다. 차갑다."),
    ]
    task = entries("summarise_translate")
    chosen = choose([document(1, sections=sections)], task, 1)
    made = generate(given_asker([]), "s", task, cards("summarise_translate"), chosen, max_reject_fraction=0.0)
    [row] = made.instructions
    assert json.loads(row.output)["Q2"] == "펌프를 만든다."
    assert row.input == document(1).text
