"""Every reason for which a row of a reply is lost, and that the detail names what is wrong."""

from collections.abc import Callable
from typing import Any

import pytest
from generate_run import document

from domaintune.core.stage.errors import GateError
from domaintune.generate.prompt_items import choose
from domaintune.generate.rows import GeneratedRows, generate

Make = Callable[..., Any]
TEXT = (
    "QPPO-2 with H2SO4 has a water uptake of 32 %. Platinum was used as the catalyst at 80 °C for fuel cells."
)
KOREAN = "물을 흡수한다. 막은 안정하다. 촉매는 백금이다."
FINE = {"Q1": KOREAN, "Q2": "막의 흡수율을 알려는 것이다.", "Q3": "흡수율은 32 %이다."}


@pytest.fixture
def made(cards: Make, entries: Make, questions: Make, given_asker: Any) -> Make:
    def make(name: str, replies: list[Any], **changes: Any) -> GeneratedRows:
        """One document or question a reply; of a task with variants, one with all of them."""
        task, card = entries(name), cards(name)
        if task.reads == "questions":
            records: Any = [questions(n, **({"explanation": ""} | changes)) for n in range(len(replies))]
        else:
            many = 1 if card.variants else len(replies)
            records = [document(n, **({"text": TEXT} | changes)) for n in range(many)]
        chosen = choose(records, task, 1, card.variants)
        return generate(given_asker(replies), name, task, card, chosen, max_reject_fraction=1.0)

    return make


LONG = " ".join(["낱말이"] * 21)


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
        ("summarise_translate", FINE | {"Q2": LONG}, "too_many_words", "Q2: 21 words"),
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
    task: str, reply: dict[str, Any], reason: str, named: str, made: Make
) -> None:
    result = made(task, [reply])
    [reject] = result.rejects
    assert (reject.kind, reject.reason) == ("rejected", reason)
    assert named in reject.detail
    assert result.accounts.as_dict()["rejected"] == {reason: 1}
    assert result.instructions == []


@pytest.mark.parametrize(
    ("reading", "reason"),
    [
        (("QPPO-2", "33 %"), "ungrounded"),
        (("QPPO-3", "32 %"), "ungrounded"),
        (("QPPO-2", "32"), "no_quantity"),
        (("QPPO-2", "80 °C"), "wrong_unit"),
    ],
)
def test_a_value_that_the_text_lacks_is_lost(reading: tuple[str, str], reason: str, made: Make) -> None:
    good = {"readings": []}
    bad = {"readings": [{"material": reading[0], "value": reading[1]}]}
    result = made("property_extraction", [good, good, bad])
    assert [row.category for row in result.instructions] == ["ion_conductivity", "ion_exchange_capacity"]
    assert [(reject.reason, "water_uptake" in reject.detail) for reject in result.rejects] == [(reason, True)]


@pytest.mark.parametrize("changes", [{"answer": "6"}, {"answer": "②"}, {"answer": "1,6"}, {"options": []}])
def test_a_question_without_a_valid_key_is_lost_and_nothing_is_paid_for_it(
    changes: dict[str, Any], cards: Make, entries: Make, questions: Make, given_asker: Any
) -> None:
    task = entries("exam")
    asker = given_asker([])
    chosen = choose([questions(1, explanation="", **changes)], task, 1)
    result = generate(asker, "exam", task, cards("exam"), chosen, max_reject_fraction=1.0)
    assert result.accounts.as_dict()["rejected"] == {"no_options": 1}
    assert asker.prompts == []


def test_a_question_that_answers_itself_is_lost(
    cards: Make, entries: Make, questions: Make, given_asker: Any
) -> None:
    asked = [questions(1, question="What?", answer="what?", options=[]), questions(2, answer=" ", options=[])]
    task = entries("short_qa")
    chosen = choose(asked, task, 1)
    result = generate(given_asker([]), "s", task, cards("short_qa"), chosen, max_reject_fraction=1.0)
    assert result.accounts.as_dict()["rejected"] == {"answer_is_question": 1, "empty_answer": 1}


def test_what_is_declined_is_counted_and_stops_nothing(cards: Make, entries: Make, given_asker: Any) -> None:
    task, card = entries("keywords"), cards("keywords")
    chosen = choose([document(n, text=TEXT, keywords=[]) for n in range(5)], task, 1)
    replies: list[Any] = [{"keywords": ["platinum"]}, None, None, None, None]
    result = generate(given_asker(replies, "needs_model"), "k", task, card, chosen, max_reject_fraction=0.1)
    assert len(result.instructions) == 1
    assert result.accounts.as_dict()["requests"]["failed"] == {"needs_model": 4}
    with pytest.raises(
        GateError, match=r"5 of 5 requests were rejected \(needs_model 5\).*For example: document"
    ):
        generate(given_asker([None] * 5, "needs_model"), "k", task, card, chosen, max_reject_fraction=0.1)
    with pytest.raises(GateError, match=r"4 of 5 requests were rejected \(unparsed 4\)"):
        generate(given_asker(replies), "k", task, card, chosen, max_reject_fraction=0.1)
