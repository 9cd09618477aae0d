"""From answers to rows: every pair or reply is kept or has a reason, and what the source holds is not asked for."""

import json
from typing import Any

import pytest
from generate_run import ByItem, document, entry, item, made, question, spec
from hypothesis import given
from hypothesis import strategies as st
from records import blank

from domaintune.core.records.document import Section
from domaintune.core.records.instruction import Instruction
from domaintune.core.stage.errors import GateError
from domaintune.generate.prompts import choose, choose_template, prompt_for
from domaintune.generate.rows import GeneratedRows, generate

Pairs = list[tuple[str, str]]
SPEC = spec("nasa_rnd")
ITEMS = choose([document(n) for n in range(60)], entry("nasa_rnd", request_per="field"), seed=1).items
PAIR = st.tuples(st.sampled_from(["", "q", "r"]), st.sampled_from(["", "q", "a"]))


def pairs(values: list[Pairs | None], limit: float = 1.0) -> GeneratedRows:
    pairs = [one and [{"question": q, "answer": a} for q, a in one] for one in values]
    replies = [None if one is None else {"pairs": one} for one in pairs]
    return made("nasa_rnd", replies, limit=limit, request_per="field", pairs=2)


@pytest.mark.parametrize(
    ("pair", "kind", "reason"),
    [
        ((" ", "a"), "rejected", "empty_question"),
        (("q", "\x00 \n"), "rejected", "empty_answer"),
        (("The Pump", "the pump "), "rejected", "answer_is_question"),
        (("q", "5 \ufffdm"), "rejected", "bad_encoding"),
        (("What? ", "That."), "duplicate", "same_pair"),
    ],
)
def test_a_pair_that_teaches_nothing_is_lost_with_its_reason(
    pair: tuple[str, str], kind: str, reason: str
) -> None:
    result = pairs([[("What?", "That."), pair]])
    assert [(row.input, row.output) for row in result.instructions] == [("What?", "That.")]
    assert [(reject.kind, reject.reason) for reject in result.rejects] == [(kind, reason)]


def test_a_row_carries_where_it_comes_from() -> None:
    [row] = pairs([[("q", "a")]]).instructions
    own = document(0)
    assert row == blank(
        Instruction, id=row.id, task="nasa_rnd", group="g", language="en", input="q", output="a", category="text",
        instruction=SPEC.instructions["planner"], document_id=own.id, licence=own.licence, split="train",
        origin="generated", request_id="r",
    )  # fmt: skip


@given(st.lists(st.none() | st.lists(PAIR), min_size=1))
def test_books_balance_whatever_comes(values: list[Pairs | None]) -> None:
    result = pairs(values)
    books = result.accounts.as_dict()
    result.accounts.check()
    assert books["in"] == sum(len(one) for one in values if one)
    assert books["requests"]["in"] == len(values)
    assert len(result.rejects) == books["in"] - books["kept"] + sum(one is None for one in values)
    ids = [row.id for row in result.instructions] + [reject.id for reject in result.rejects]
    assert len(ids) == len(set(ids))


def test_every_prompt_template_is_used_and_a_new_one_takes_its_own_share_only() -> None:
    templates = SPEC.prompt_templates
    assert {choose_template(one, SPEC).id for one in ITEMS} == {template.id for template in templates}
    fewer = SPEC.model_copy(update={"prompt_templates": templates[:-1]})
    moved = [one for one in ITEMS if choose_template(one, SPEC) != choose_template(one, fewer)]
    assert moved
    assert all(choose_template(one, SPEC) == templates[-1] for one in moved)


def wanted(n: int | None, outcomes: list[str], limit: float = 1.0) -> tuple[GeneratedRows, int]:
    """Return what comes of a task that wants so many pairs of so many documents, and how many were asked about."""
    task = entry("nasa_rnd", pairs=2, want=n)
    chosen = choose([document(at) for at in range(len(outcomes))], task, 1)
    pairs = {
        "parsed": [{"question": "q", "answer": "a"}, {"question": "r", "answer": "a"}],
        "repaired": [{"question": "q", "answer": "q"}],  # which teaches nothing
    }
    replies = [(outcome in pairs and {"pairs": pairs[outcome]}) or None for outcome in outcomes]
    said = zip(replies, outcomes, strict=True)
    asker = ByItem({one.id: reply for one, reply in zip(chosen.items, said, strict=True)})
    result = generate(asker, "nasa_rnd", task, SPEC, chosen, max_reject_fraction=limit)
    assert len({one.id for one in asker.prompts}) == len(asker.prompts)
    return result, len(asker.prompts)


GOOD_AND_BAD = st.sampled_from(["parsed", "parsed", "repaired", "unparsed", "timeout"])


@given(st.lists(GOOD_AND_BAD, min_size=1, max_size=80), st.integers(1, 100))
def test_exactly_so_many_rows_are_kept_as_are_wanted_whatever_the_waves(outcomes: list[str], n: int) -> None:
    every, (result, asked) = wanted(None, outcomes)[0].instructions, wanted(n, outcomes)
    books = result.accounts.as_dict()
    assert result.instructions == every[:n]
    assert (books["kept"], books["wanted"], books["items_used"]) == (min(n, len(every)), n, asked)
    beyond = [one for one in result.rejects if one.reason == "beyond_want"]
    assert {json.loads(one.row)["id"] for one in beyond} <= {row.id for row in every[n:]}
    assert len(beyond) == books["rejected"].get("beyond_want", 0)
    assert books["requests"]["failed"].get("timeout", 0) == outcomes[:asked].count("timeout")
    assert len(every) >= n or asked == len(outcomes)


def test_waves_ask_for_little_more_than_is_wanted_and_end_with_a_teacher_that_cannot() -> None:
    assert wanted(100, ["parsed"] * 500)[1] == 50
    result, asked = wanted(99, ["parsed", "parsed", "unparsed", "repaired"] * 200, limit=0.5)
    assert 99 <= asked <= 99 * 1.2
    assert result.accounts.as_dict()["rejected"]["beyond_want"] <= 20
    with pytest.raises(GateError, match="50 of 50 requests"):
        wanted(100, ["unparsed"] * 5000, limit=0.5)
    with pytest.raises(GateError, match="50 of 50 pairs"):
        wanted(100, ["repaired"] * 5000, limit=0.5)


def test_questions_are_passed_through_without_a_request() -> None:
    held = {"options": [], "answer": "It is open.", "split": "validation", "licence": "MIT"}
    asked = [
        question(1, question="Why is ice light?", **held),
        question(2, question="Which acid?", options=["HCl", "H2SO4"], answer="2", context="In cars."),
        question(3, split="benchmark"),
        question(4, source="others"),
    ]
    result = made("short_qa", [], asked, limit=0.0)
    first, second = sorted(result.instructions, key=lambda row: row.document_id)
    assert (first.document_id, first.input, first.output) == ("q1", "Why is ice light?", "It is open.")
    assert (first.split, first.licence, first.origin) == ("validation", "MIT", "human")
    assert first.request_id == ""
    assert (second.input, second.output) == ("Which acid?\n\nIn cars.", "H2SO4")
    books = result.accounts.as_dict()
    assert (books["in"], books["kept"], books["passed"], books["requests"]["in"]) == (2, 2, 2, 0)
    counted = [books[f"questions{name}"] for name in ("", "_of_other_sources", "_of_benchmarks")]
    assert counted == [2, 1, 1]


def test_exam_questions_pass_with_their_key_and_an_explanation_only_where_they_have_one() -> None:
    asked = [question(1, answer="2"), question(2, answer="1", explanation=""), question(3, answer="7")]
    result = made("exam_key", [], asked, limit=0.5)
    rows = {row.document_id: (json.loads(row.output), row.origin) for row in result.instructions}
    assert {name: set(output) for name, (output, _) in rows.items()} == {
        "q1": {"Answer", "Explanation"},
        "q2": {"Answer"},
    }
    assert (rows["q2"][0]["Answer"][0], rows["q2"][1]) == ("①", "human")
    assert result.accounts.as_dict()["rejected"] == {"no_options": 1}


def test_only_questions_without_an_explanation_are_asked_about_and_the_teacher_is_not_told_the_key() -> None:
    asked = [question(1), question(2, explanation=""), question(3, explanation=" ")]
    replies = [{"Answer": "② 2.1", "Explanation": "열 배이다."}, {"Answer": "2", "Explanation": ""}]
    rows = {row.document_id: row for row in made("exam", replies, asked, limit=0.0).instructions}
    assert [rows[name].origin for name in ("q1", "q2", "q3")] == ["human", "generated", "generated"]
    assert rows["q1"].input == "1 poise는 몇 Pa·s인가?\n①1.0 ②1.1 ③1.2 ④1.3 ⑤1.4"
    assert json.loads(rows["q2"].output) == {"Answer": "② 2.1", "Explanation": "열 배이다."}
    assert json.loads(rows["q3"].output) == {"Answer": "② 3.1"}
    assert ["해설" in rows[name].instruction for name in ("q1", "q3")] == [True, False]
    one, other = (prompt_for(item("exam", answer=key), spec("exam"), 1).messages for key in ("1", "5"))
    assert one == other


def test_the_authors_keywords_are_used_where_enough_occur() -> None:
    text = "Fuel cells with H₂SO₄ and poly(ethylene) membranes."
    own = document(1, text=text, keywords=["fuel cell", "H2SO4", "membranes", "ethylene"])
    few = document(2, text=text, keywords=["Energy"])
    result = made("keywords", [{"keywords": ["membranes"]}], [own, few], limit=0.0)
    rows = {(row.document_id, row.output, row.origin) for row in result.instructions}
    assert rows == {(own.id, "fuel cell; H2SO4; membranes", "human"), (few.id, "membranes", "generated")}


def test_a_korean_summary_of_the_source_is_used() -> None:
    three = "펌프를 만들었다. 무게는 1 kg이다. 차갑다."
    texts = {"purpose_ko": "펌프를 만든다.", "result_ko": "무게는 1 kg이다.", "summary_ko": three}
    sections = [Section(name=name, text=text) for name, text in texts.items()]
    [row] = made("summarise_translate", [], [document(1, sections=sections)], limit=0.0).instructions
    assert json.loads(row.output)["Q2"] == "펌프를 만든다."
    assert row.input == document(1).text


def test_what_is_declined_stops_nothing_but_a_run_without_any_answer_or_with_too_many_lost() -> None:
    records: Any = [document(n, text="Platinum.", keywords=[]) for n in range(5)]
    replies: list[Any] = [{"keywords": ["platinum"]}, None, None, None, None]
    result = made("keywords", replies, records, 0.1, "needs_model")
    assert len(result.instructions) == 1
    assert result.accounts.as_dict()["requests"]["failed"] == {"needs_model": 4}
    told = r"{} of 5 requests were rejected \({} {}\).*For example: document".format
    with pytest.raises(GateError, match=told(5, "needs_model", 5)):
        made("keywords", [None] * 5, records, 0.1, "needs_model")
    with pytest.raises(GateError, match=told(4, "unparsed", 4)):
        made("keywords", replies, records, 0.1)
    with pytest.raises(GateError, match=r"2 of 3 pairs were rejected"):
        pairs([[("q", ""), ("", "a"), ("q", "a")]], limit=0.5)
