"""Instruction sets in their published shapes, and what becomes of records that are not what they should be."""

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from ingested import lines, read_set

PAIR = {"instruction": "Name a metal.", "input": "", "output": "Iron"}
TALK = [("human", "Hello there"), ("gpt", "Hello!"), ("human", "Name a metal."), ("gpt", "Iron")]
MATH = {"category": "math", "turns": ["What is 6 × 7?", "And half of it?"]}
CODE = "for x in a:\n    print(x)  # &lt;b&gt;\n\n\nprint('한글')"
"""Code and entities stay as they are."""
OTHER_MATH = {"category": "math", "questions": MATH["turns"]}
DIALOGUES = """<<start conversation>>
<사람>: 물은 몇 도에서 끓나요?
<챗봇>: 1기압에서는 100도입니다.
높은 산에서는 더 낮습니다.

참고: 압력이 중요합니다.

<<start conversation>>
<사람>: 얼음은 왜 뜨나요?
<챗봇>: 물보다 가볍기 때문입니다.
<<start conversation>>
<사람>: 누구 있나요?
<관리자>: 제가 있습니다.
<<start conversation>>
여기에는 말하는 사람이 없습니다.
"""
TOLD = "1기압에서는 100도입니다.\n높은 산에서는 더 낮습니다.\n\n참고: 압력이 중요합니다."


def sharegpt(turns: list[tuple[str, str]]) -> dict[str, Any]:
    return {"id": "1", "conversations": [{"from": who, "value": said} for who, said in turns]}


def chat(*turns: tuple[str, Any]) -> dict[str, Any]:
    return {"messages": [{"role": role, "content": content} for role, content in turns]}


@pytest.mark.parametrize(
    ("name", "record", "expected"),
    [
        ("alpaca", {"instruction": "Add 1 and 2.", "input": None, "output": 3}, ("Add 1 and 2.", "", "3", "")),
        ("alpaca", {"instruction": "Greet.", "output": "Hi", "category": ["x"]}, ("Greet.", "", "Hi", "")),
        ("dolly", {"instruction": "Who?", "context": "Bohr.", "response": "He", "category": "qa"}, ("Who?", "Bohr.", "He", "qa")),
        (
            "p3",
            {"inputs": [3, 9], "inputs_pretokenized": "Is it so? ", "targets": [1], "targets_pretokenized": "\nYes"},
            ("Is it so?", "", "Yes", ""),
        ),
        ("p3", {"inputs": "Is it so?", "targets": "Yes"}, ("Is it so?", "", "Yes", "")),
        ("alpaca", PAIR | {"output": CODE.replace("\n", "\r\n")}, ("Name a metal.", "", CODE, "")),
        ("flan", {"inputs": "Premise: …", "targets": "no", "task": "rte:1.0"}, ("Premise: …", "", "no", "rte:1.0")),
        (
            "self_instruct",
            {"id": "a", "instruction": "Count.", "motivation_app": "Abacus", "instances": [{"input": "x x", "output": "2"}]},
            ("Count.", "x x", "2", "Abacus"),
        ),
        ("openai_chat", chat(("user", "Name a metal."), ("assistant", "Iron")), ("Name a metal.", "", "Iron", "")),
        ("sharegpt", {**sharegpt(TALK[2:]), "category": "metals"}, ("Name a metal.", "", "Iron", "metals")),
        ("mt_bench", {"question_id": 1, "category": "m", "turns": ["6 × 7?"], "reference": ["42"]}, ("6 × 7?", "", "42", "m")),
        ("mt_bench", {"id": 1, "category": "m", "questions": ["6 × 7?"], "references": [None]}, ("6 × 7?", "", "", "m")),
    ],
)  # fmt: skip
def test_each_format_becomes_instruction_input_output(
    tmp_path: Path, name: str, record: dict[str, Any], expected: tuple[str, ...]
) -> None:
    (row,) = read_set(lines(tmp_path, record), name).rows
    assert (row.instruction, row.input, row.output, row.category) == expected
    assert (row.turns, row.origin, row.language, row.licence) == ([], "public", "en", "CC0")
    assert row.native_id == str(record.get("question_id", record.get("id", "")))
    assert (row.task, row.group, row.split, row.request_id, row.document_id) == ("", "", "", "", "")


@pytest.mark.parametrize("saved", [False, True])
def test_parquet_and_a_saved_data_set_keep_lists_of_turns(tmp_path: Path, saved: bool) -> None:
    import datasets

    if saved:
        datasets.Dataset.from_list([sharegpt(TALK)]).save_to_disk(tmp_path / "set.parquet")
    else:
        pl.DataFrame([sharegpt(TALK)]).write_parquet(tmp_path / "set.parquet")
    (row,) = read_set(tmp_path / "set.parquet", "sharegpt", **({"dataset": "local"} if saved else {})).rows
    assert [turn.content for turn in row.turns] == [said for _, said in TALK]


@pytest.mark.parametrize(
    ("name", "record", "system", "said", "left_out"),
    [
        ("sharegpt", sharegpt([("system", "Be brief."), *TALK]), "Be brief.", [said for _, said in TALK], 0),
        ("sharegpt", sharegpt([("gpt", "… as I said."), *TALK, ("human", "Thanks")]), "", [said for _, said in TALK], 2),
        *(("mt_bench", record, "", ["What is 6 × 7?", one, "And half of it?", other], 0)
          for record, one, other in [
            (MATH | {"reference": ["42", "21"]}, "42", "21"), (MATH | {"reference": ["42"]}, "42", ""), (MATH, "", ""),
            (OTHER_MATH | {"references": [None, "21"]}, "", "21"),
          ]),
    ],
)  # fmt: skip
def test_a_conversation_keeps_its_turns_with_their_answers_and_its_system_text(
    tmp_path: Path, name: str, record: dict[str, Any], system: str, said: list[str], left_out: int
) -> None:
    outcome = read_set(lines(tmp_path, record), name)
    (row,) = outcome.rows
    assert [(turn.role, turn.content) for turn in row.turns] == list(
        zip(["user", "assistant"] * 2, said, strict=True)
    )
    assert (row.system, row.instruction, row.input, row.output) == (system, "", "", "")
    assert outcome.accounts.extra["left_out_turns_or_answers"] == left_out


@pytest.mark.parametrize(
    ("name", "record", "reason"),
    [
        ("alpaca", {"instruction": "Name a metal."}, "missing_field"),
        ("alpaca", {"instruction": ["Name"], "output": "Iron"}, "wrong_type"),
        ("alpaca", {"instruction": "  ", "output": "Iron"}, "empty_instruction"),
        ("alpaca", {"instruction": "Name a metal.", "output": "Ir\ufffdn"}, "bad_encoding"),
        ("alpaca", {"instruction": "Name a metal.", "output": "x" * 20_000}, "too_long"),
        ("alpaca", PAIR | {"instruction": "Which is it? canary GUID 26b5c67b-86ad"}, "test_set"),
        ("alpaca", '{"instruction": "a \\[b\\]"}', "broken_row"),
        ("self_instruct", {"instruction": "Count.", "instances": []}, "no_instance"),
        ("self_instruct", {"instruction": "Count.", "instances": ["x"]}, "wrong_type"),
        *(("mt_bench", {"category": "math", "turns": turns}, "missing_field") for turns in ([], "Why?")),
        ("sharegpt", {"id": "1"}, "missing_field"),
        ("sharegpt", sharegpt([("human", "Hello there")]), "no_exchange"),
        ("sharegpt", sharegpt([("gpt", "Hello!"), ("human", "Hi")]), "no_exchange"),
        ("sharegpt", sharegpt([TALK[0], TALK[0], TALK[1]]), "turn_order"),
        ("sharegpt", sharegpt([*TALK[:2], ("system", "Now be rude."), *TALK[2:]]), "turn_order"),
        ("sharegpt", sharegpt([("narrator", "Once upon a time")]), "unknown_role"),
        ("openai_chat", chat(("user", "Weather?"), ("tool", "12 °C"), ("assistant", "Cool")), "unknown_role"),
        ("openai_chat", chat(("user", [{"type": "image_url"}]), ("assistant", "A cat")), "not_text"),
        ("openai_chat", chat(("user", "Call it"), ("assistant", None)), "not_text"),
        ("openai_chat", {"messages": [{"role": "user", "content": "a", "weight": 0}]}, "not_for_training"),
    ],
)  # fmt: skip
def test_a_malformed_record_is_kept_beside_its_reason(
    tmp_path: Path, name: str, record: Any, reason: str
) -> None:
    good = MATH | PAIR | sharegpt(TALK) | chat(("user", "Hm?"), ("assistant", "Ja")) | {"instances": [PAIR]}
    outcome = read_set(lines(tmp_path, record, good), name)
    assert (len(outcome.rows), outcome.reasons) == (1, [reason])
    assert outcome.rejects[0].detail.startswith("line 1: ")
    assert outcome.rejects[0].row


def test_instances_are_the_rows_and_a_record_without_any_is_one_lost_row(tmp_path: Path) -> None:
    instances = [
        {"input": "iron", "output": ["Fe"]},
        {"input": "gold", "output": ["Au", "Aurum"]},
        {"input": "zinc"},
    ]
    task = {"Definition": ["Give its symbol."], "Categories": ["Answering"], "Instances": instances}
    (folder := tmp_path / "tasks").mkdir()
    (folder / "task1_symbols.json").write_text(json.dumps(task, indent=2))
    (folder / "task2_empty.json").write_text(json.dumps({**task, "Instances": []}))
    (folder / "README.md").write_text("about")
    outcome = read_set(folder, "natural_instructions")
    assert [(row.instruction, row.category, row.input, row.output) for row in outcome.rows] == [
        ("Give its symbol.", "Answering", "iron", "Fe"),
        ("Give its symbol.", "Answering", "gold", "Au"),
    ]
    assert outcome.reasons == ["missing_field", "no_instance", "unknown_format"]
    assert (outcome.accounts.rows_in, outcome.accounts.rows) == (5, "instances")
    assert outcome.accounts.extra["records"] == 3
    assert outcome.accounts.extra["left_out_turns_or_answers"] == 1
    lost = next(reject for reject in outcome.rejects if reject.reason == "missing_field")
    assert ("zinc" in lost.row, "gold" in lost.row) == (True, False)
    one = read_set(folder / "task1_symbols.json", "natural_instructions")
    assert [row.id for row in one.rows] == [row.id for row in outcome.rows]


@pytest.mark.parametrize(
    ("text", "said", "reasons"),
    [
        pytest.param(
            DIALOGUES,
            [["물은 몇 도에서 끓나요?", TOLD], ["얼음은 왜 뜨나요?", "물보다 가볍기 때문입니다."]],
            ["no_speaker", "unknown_role"], id="marks between them, and lines without a speaker go on with the turn before"),
        pytest.param(
            "User: Name a metal.\nBot: Iron\n\nUser: Another one?\nBot: Zinc\n",
            [["Name a metal.", "Iron"], ["Another one?", "Zinc"]], [], id="blank lines between them"),
        pytest.param(
            "<human>: Which one?\n<bot>: The first:\nA: sodium\nQ: none",
            [["Which one?", "The first:\nA: sodium\nQ: none"]], [], id="a letter with a colon is no speaker where they are marked"),
    ],
)  # fmt: skip
def test_dialogues_in_plain_text(tmp_path: Path, text: str, said: Any, reasons: list[str]) -> None:
    (path := tmp_path / "talks.txt").write_text(text, encoding="utf-8")
    outcome = read_set(path, "dialogues", languages=["ko"])
    assert [[row.instruction, row.output] for row in outcome.rows] == said
    assert outcome.reasons == reasons
