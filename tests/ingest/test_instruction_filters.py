"""Filters of instruction sets: each loses what it is for, says so, and can be switched off."""

from typing import Any

import pytest

from domaintune.ingest.raw_instruction import normalised

GOOD = {
    "instruction": "Explain why ice floats on water.",
    "input": "",
    "output": "It is less dense than water.",
}
KOREAN = {"instruction": "얼음이 물에 뜨는 까닭은?", "input": "", "output": "물보다 밀도가 작기 때문이다."}
FRENCH = {"instruction": "Explique pourquoi la glace flotte.", "input": "", "output": "Elle est moins dense."}


def sharegpt(turns: list[tuple[str, str]]) -> dict[str, Any]:
    return {"id": "1", "conversations": [{"from": who, "value": said} for who, said in turns]}


ALL: dict[str, Any] = {
    "empty_output": True, "min_chars": 10, "min_chars_of": "row", "output_equals_input": True, "refusals": True,
    "wrong_language": "each", "duplicate_instruction": True,
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "row", "reason"),
    [
        ("empty_output", {**GOOD, "instruction": "Name a noble gas.", "output": " "}, "empty_output"),
        ("min_chars", {"instruction": "Add.", "input": "1", "output": "2"}, "too_short"),
        ("output_equals_input", {**GOOD, "input": "A pump.", "output": "A pump."}, "output_equals_input"),
        ("refusals", {**GOOD, "instruction": "What colour is this ice?", "output": "As an AI language model, I cannot see ice."}, "refusal"),
        ("wrong_language", KOREAN, "wrong_language"),
        ("wrong_language", FRENCH, "wrong_language"),
        ("wrong_language", {**GOOD, "instruction": "Why does it float?", "output": KOREAN["output"]}, "wrong_language"),
        ("duplicate_instruction", {**GOOD, "instruction": "explain  why ice floats on Water", "output": "Its density is lower."}, "duplicate_instruction"),
    ],
)  # fmt: skip
def test_a_filter_loses_its_rows_and_keeps_them_when_switched_off(
    sets: Any, name: str, row: dict[str, str], reason: str
) -> None:
    path = sets.lines(GOOD, row)
    assert sets.read(path, "alpaca", filters=ALL).reasons == [reason]
    off = {"min_chars": 0, "wrong_language": "none"}.get(name, False)
    outcome = sets.read(path, "alpaca", filters={**ALL, name: off})
    assert (len(outcome.rows), outcome.reasons) == (2, [])


def test_a_row_whose_first_form_was_lost_is_no_duplicate(sets: Any) -> None:
    outcome = sets.read(sets.lines({**GOOD, "output": ""}, GOOD, GOOD), "alpaca", filters=ALL)
    assert len(outcome.rows) == 1
    assert outcome.reasons == ["duplicate", "empty_output"]


def test_ten_characters_count_for_the_row_or_for_every_part(sets: Any) -> None:
    short = {**GOOD, "output": "No."}
    assert sets.read(sets.lines(short), "alpaca", filters={"min_chars": 10}).reasons == []
    parts = {"min_chars": 10, "min_chars_of": "part"}
    assert sets.read(sets.lines(short, GOOD), "alpaca", filters=parts).reasons == ["too_short"]
    talk = [
        ("human", "Why does ice float?"),
        ("gpt", GOOD["output"]),
        ("human", "Thanks"),
        ("gpt", "You are welcome."),
    ]
    assert sets.read(sets.lines(sharegpt(talk), sharegpt(talk[:2])), "sharegpt", filters=parts).reasons == [
        "too_short"
    ]


def test_several_languages_give_each_row_its_own(sets: Any) -> None:
    filters = {"wrong_language": "asked"}
    outcome = sets.read(sets.lines(GOOD, KOREAN, FRENCH), "alpaca", languages=["en", "ko"], filters=filters)
    assert [row.language for row in outcome.rows] == ["en", "ko"]
    assert outcome.reasons == ["wrong_language"]


def test_a_row_too_short_to_tell_is_kept_and_counted(sets: Any) -> None:
    row = {"instruction": "2 + 3 =", "input": "", "output": "5"}
    outcome = sets.read(sets.lines(row), "alpaca", filters={"wrong_language": "each"})
    assert outcome.rows[0].language == "en"
    assert outcome.accounts.extra["language_not_told"] == 1


def test_conversations_that_begin_alike_and_go_on_differently_are_no_duplicates(sets: Any) -> None:
    begin = [("human", "Name a metal."), ("gpt", "Iron is a metal.")]
    talks = [
        sharegpt([*begin, ("human", f"And number {n}?"), ("gpt", "Zinc is one too.")]) for n in (1, 2, 2)
    ]
    talks[2]["conversations"][3]["value"] = "Copper is one too."
    assert sets.read(sets.lines(*talks), "sharegpt", filters={"duplicate_instruction": True}).reasons == [
        "duplicate_instruction"
    ]


def test_an_input_in_another_language_is_no_other_language_of_the_row(sets: Any) -> None:
    row = {
        "instruction": "Translate the words below into English.",
        "input": FRENCH["instruction"],
        "output": "Explain.",
    }
    assert sets.read(sets.lines(row), "alpaca", filters={"wrong_language": "each"}).reasons == []


def test_an_answer_that_only_changes_capitals_or_ends_a_sentence_is_no_copy(sets: Any) -> None:
    rows = [
        {"instruction": "Mend it.", "input": "a pump is", "output": text}
        for text in ("A pump is", "a pump is.")
    ]
    assert sets.read(sets.lines(*rows), "alpaca", filters={"output_equals_input": True}).reasons == []


def test_normalising_keeps_symbols_apart() -> None:
    assert normalised("Explain  the Density of water?") == normalised("Explain the density of water")
    assert normalised("What is CO?") != normalised("What is Co?")
    assert normalised("COCl2") != normalised("CoCl2")
    assert normalised("2 + 2") != normalised("2 - 2")
