"""Filters of instruction sets: each loses what it is for, says so, and can be switched off."""

from pathlib import Path
from typing import Any

import pytest
from ingested import lines, read_set


def asked(instruction: str, output: str, **fields: str) -> dict[str, str]:
    return {"instruction": instruction, "input": "", "output": output, **fields}


GOOD = asked("Explain why ice floats on water.", "It is less dense than water.")
KOREAN = asked("얼음이 물에 뜨는 까닭은?", "물보다 밀도가 작기 때문이다.")
FRENCH = asked("Explique pourquoi la glace flotte.", "Elle est moins dense.")
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
    tmp_path: Path, name: str, row: dict[str, str], reason: str
) -> None:
    path = lines(tmp_path, GOOD, row)
    assert read_set(path, "alpaca", filters=ALL).reasons == [reason]
    off = {"min_chars": 0, "wrong_language": "none"}.get(name, False)
    outcome = read_set(path, "alpaca", filters={**ALL, name: off})
    assert (len(outcome.rows), outcome.reasons) == (2, [])


def talk(*said: str) -> dict[str, Any]:
    turns = zip(["human", "gpt"] * len(said), said, strict=False)
    return {"id": "1", "conversations": [{"from": who, "value": text} for who, text in turns]}


ICE = ("Why does ice float?", GOOD["output"])
METAL = ("Name a metal.", "Iron is a metal.")
SHORT = {**GOOD, "output": "No."}
PARTS = {"min_chars": 10, "min_chars_of": "part"}
ONCE = {"duplicate_instruction": True}


@pytest.mark.parametrize(
    ("form", "records", "filters", "reasons"),
    [
        # a row whose first form was lost is no duplicate
        ("alpaca", [{**GOOD, "output": ""}, GOOD, GOOD], ALL, ["duplicate", "empty_output"]),
        # ten characters count for the row or for every part
        ("alpaca", [SHORT], {"min_chars": 10}, []),
        ("alpaca", [SHORT, GOOD], PARTS, ["too_short"]),
        ("sharegpt", [talk(*ICE, "Thanks", "You are welcome."), talk(*ICE)], PARTS, ["too_short"]),
        # conversations that begin alike and go on differently are no duplicates, and symbols stay apart
        ("sharegpt", [talk(*METAL, f"And number {n}?", said) for n, said in ((1, "Zinc."), (2, "Zinc."), (2, "Tin."))], ONCE,
         ["duplicate_instruction"]),
        ("alpaca", [asked(f"What is {name}?", "A name.") for name in ("CO", "Co", "COCl2", "CoCl2", "2 + 2", "2 - 2")], ONCE, []),
        # an input in another language is no other language of the row
        ("alpaca", [asked("Translate the words below into English.", "Explain.", input=FRENCH["instruction"])],
         {"wrong_language": "each"}, []),
        # an answer that only changes capitals or ends a sentence is no copy
        ("alpaca", [asked("Mend it.", text, input="a pump is") for text in ("A pump is", "a pump is.")],
         {"output_equals_input": True}, []),
    ],
)  # fmt: skip
def test_a_filter_takes_no_more_than_it_is_for(
    tmp_path: Path, form: str, records: list[Any], filters: dict[str, Any], reasons: list[str]
) -> None:
    assert read_set(lines(tmp_path, *records), form, filters=filters).reasons == reasons


def test_several_languages_give_each_row_its_own_and_one_too_short_to_tell_the_first(tmp_path: Path) -> None:
    path = lines(tmp_path, GOOD, KOREAN, FRENCH, asked("2 + 3 =", "5"))
    outcome = read_set(path, "alpaca", languages=["en", "ko"], filters={"wrong_language": "asked"})
    assert [row.language for row in outcome.rows] == ["en", "ko", "en"]
    assert outcome.reasons == ["wrong_language"]
    assert outcome.accounts.extra["language_not_told"] == 1
