"""`domaintune source add` for instruction sets."""

import json
from pathlib import Path
from typing import Any

import pytest

from domaintune.cli.proposing import propose
from domaintune.cli.source_entries import entry_text
from domaintune.core.sections.sources import InstructionSource
from domaintune.core.stage.errors import InputError

PAIR = {"instruction": "Explain why ice floats.", "input": "", "output": "It is less dense than water."}
TURNS = [("human", "Explain why ice floats."), ("gpt", "It is less dense than water.")]
TALK = {"id": "1", "conversations": [{"from": who, "value": said} for who, said in TURNS]}
CHAT = {
    "messages": [
        {"role": "user", "content": "얼음은 왜 뜨나요?"},
        {"role": "assistant", "content": "가볍기 때문입니다."},
    ]
}
TASK = {"Definition": ["Name the symbol of the element."], "Instances": [{"input": "iron", "output": ["Fe"]}]}


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("alpaca.json", json.dumps([PAIR, PAIR]), ("alpaca", ["en"], "row", "public")),
        ("mixed.jsonl", f"{json.dumps(PAIR)}\n{json.dumps({**PAIR, 'instruction': '얼음은 왜 뜨나요?'})}\n", ("alpaca", ["en", "ko"], "row", "public")),
        ("dolly.jsonl", json.dumps({"instruction": "Who was it?", "context": "", "response": "Bohr", "category": "qa"}), ("dolly", ["en"], "row", "human")),
        ("seed.jsonl", json.dumps({"instruction": "Count the words.", "instances": [{"input": "a", "output": "1"}]}), ("self_instruct", ["en"], "row", "human")),
        ("talks.json", json.dumps([TALK]), ("sharegpt", ["en"], "part", "public")),
        ("chat.jsonl", json.dumps(CHAT), ("openai_chat", ["ko"], "part", "public")),
        ("task1.json", json.dumps(TASK, indent=1), ("natural_instructions", ["en"], "row", "human")),
        ("p3.jsonl", json.dumps({"inputs_pretokenized": "Is this a question?", "targets_pretokenized": "yes"}), ("p3", ["en"], "row", "public")),
        ("flan.jsonl", json.dumps({"inputs": "Is this a question?", "targets": "yes"}), ("flan", ["en"], "row", "public")),
        ("question.jsonl", json.dumps({"question_id": 1, "category": "writing", "turns": ["Write a letter to a friend."]}), ("mt_bench", ["en"], "row", "public")),
        ("talks.txt", "<<start conversation>>\n<사람>: 얼음은 왜 뜨나요?\n<챗봇>: 가볍기 때문입니다.\n", ("dialogues", ["ko"], "part", "public")),
    ],
)  # fmt: skip
def test_each_format_is_recognised(
    tmp_path: Path, name: str, content: str, expected: tuple[Any, ...]
) -> None:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    entry = propose(path).entry
    assert isinstance(entry, InstructionSource)
    assert (entry.format, entry.languages, entry.filters.min_chars_of, entry.origin) == expected
    assert f"format: {expected[0]}" in entry_text("key", entry)


def test_a_folder_of_task_files_is_recognised_and_a_folder_of_texts_is_not(tmp_path: Path) -> None:
    (tmp_path / "tasks").mkdir()
    (tmp_path / "tasks" / "task1.json").write_text(json.dumps(TASK))
    assert propose(tmp_path / "tasks").entry.kind == "instructions"
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "one.txt").write_text("A title\n\nA text of some length about pumps.")
    assert propose(tmp_path / "texts").entry.kind == "documents"


def test_a_folder_of_files_of_one_format_is_one_set_and_of_several_none(tmp_path: Path) -> None:
    (tmp_path / "one.json").write_text(json.dumps([PAIR]))
    (tmp_path / "two.jsonl").write_text(json.dumps(PAIR) + "\n")
    (tmp_path / "SOURCE.txt").write_text("Where they are from.")
    entry = propose(tmp_path).entry
    assert isinstance(entry, InstructionSource)
    assert (entry.format, entry.path) == ("alpaca", tmp_path.as_posix())
    (tmp_path / "three.json").write_text(json.dumps([TALK]))
    with pytest.raises(InputError, match=r"several formats \(one.json: alpaca, three.json: sharegpt\)"):
        propose(tmp_path)
    (tmp_path / "three.json").rename(tmp_path / "one_test.json")
    (tmp_path / "two.jsonl").rename(tmp_path / "two_train.jsonl")
    with pytest.raises(InputError, match=r"several splits \(test, train\)"):
        propose(tmp_path)
