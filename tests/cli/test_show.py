"""Looking at tables and at what is trained, and handing rows to other tools."""

import json
import os
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from records import blank
from starter_models import build_tokenizer

from domaintune.cli.app import app
from domaintune.cli.show import marked_words
from domaintune.core.frames import write_frame, write_records
from domaintune.core.models.pointer import Pointer, pin_files, write_pointer
from domaintune.core.records.instruction import Instruction, Turn
from domaintune.core.rendering.rendering import Rendered, render, render_row, render_turns
from domaintune.core.stage.errors import InputError
from domaintune.core.stage.files import write_json
from domaintune.mix.stage import write_rows

NO_SYSTEM = (
    "{% for m in messages %}{% if m['role'] == 'system' %}{{ raise_exception('no system role') }}{% endif %}"
    "{{ '<|' + m['role'] + '|>' + m['content'] }}{% if m['role'] == 'assistant' %}{{ '<|end|>' }}{% endif %}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}"
)
ORIGIN = {"document_id": "d1", "category": "text", "language": "ko", "licence": "Apache-2.0"}


def row(number: int, turns: list[Turn] | None = None, split: str = "train") -> Instruction:
    own = {"instruction": "Plan.", "input": f"무엇 {number}?", "output": "답", "turns": turns or []}
    return blank(Instruction, id=f"i{number}", split=split, **own, **ORIGIN)


def call(*arguments: str) -> None:
    app(list(arguments), standalone_mode=False)


KINDS = [
    row(1, [Turn(role="user", content="Hi"), Turn(role="assistant", content="Hello")] * 2),
    row(2),
    row(3, split="test"),
    row(4, [Turn(role="system", content="Be kind."), Turn(role="user", content="Hi")]),
    row(5).model_copy(update={"input": "", "system": "Be brief."}),
    row(6).model_copy(update={"instruction": ""}),
]


@pytest.fixture
def table(tmp_path: Path) -> Path:
    write_records(tmp_path / "rows.parquet", Instruction, KINDS)
    return tmp_path / "rows.parquet"


def exported(table: Path, form: str) -> dict[str, Any]:
    """Return the exported rows of the training split by id."""
    out = table.parent / "to" / form
    call("export", str(out), "--format", form, "--rows", str(table))
    text = out.read_text()
    rows = map(json.loads, text.splitlines()) if form == "openai" else json.loads(text)
    return {row["id"]: row for row in rows}


def test_the_three_formats_are_those_other_tools_read_and_what_one_cannot_hold_is_counted(
    table: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert exported(table, "alpaca") == {
        "i2": {"id": "i2", "instruction": "Plan.", "input": "무엇 2?", "output": "답", **ORIGIN},
        "i5": {"id": "i5", "instruction": "Be brief.", "input": "Plan.", "output": "답", **ORIGIN},
        "i6": {"id": "i6", "instruction": "무엇 6?", "input": "", "output": "답", **ORIGIN},
    }
    out = table.parent / "to"
    assert capsys.readouterr().out.splitlines() == [
        f"{out}: no such folder yet; it is made",
        f"{out / 'alpaca'}: 3 rows as alpaca, 0 of them of several turns",
        "skipped: 1 rows (alpaca holds one question and its answer)",
        "skipped: 1 rows (no answer to learn from)",
    ]
    shared = exported(table, "sharegpt")
    assert set(shared["i2"]) == {"id", "conversations", *ORIGIN}
    said = [(turn["from"], turn["value"]) for turn in shared["i1"]["conversations"]]
    assert said == [("system", "Plan."), *[("human", "Hi"), ("gpt", "Hello")] * 2]
    capsys.readouterr()
    assert set(exported(table, "openai")) == set(shared) == {"i1", "i2", "i5", "i6"}, "no test split"
    assert capsys.readouterr().out.splitlines() == [
        f"{out / 'openai'}: 4 rows as openai, 1 of them of several turns",
        "skipped: 1 rows (no answer to learn from)",
    ]


@pytest.mark.parametrize("chat_template", ["", NO_SYSTEM])
def test_an_exported_conversation_is_the_one_the_mixture_trains(table: Path, chat_template: str) -> None:
    tokenizer = build_tokenizer(["The pump is made of copper."] * 20, 320, 256, chat=True)
    tokenizer.chat_template = chat_template or tokenizer.chat_template
    given = exported(table, "openai")
    for one in (one for one in KINDS if one.id in given):
        first, *rest = given[one.id]["messages"]
        system, turns = (first["content"], rest) if first["role"] == "system" else ("", [first, *rest])
        trained = render_row(tokenizer, "chat", one)
        assert isinstance(trained, Rendered)
        assert render_turns(tokenizer, system, turns) == trained
    for name, told in exported(table, "alpaca").items():
        trained = render_row(tokenizer, "alpaca", next(one for one in KINDS if one.id == name))
        if isinstance(trained, Rendered):  # the mixture's Alpaca takes no row with a system text of its own
            assert render(tokenizer, "alpaca", told["instruction"], told["input"], told["output"]) == trained


def test_show_prints_chosen_rows_and_markup_as_text_says_what_is_missing_and_waits_for_no_pipe(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_frame(tmp_path / "r.parquet", pl.DataFrame({"id": ["1", "2"], "text": ["[red]a[/red]", "b"]}))
    call("show", str(tmp_path / "r.parquet"), "--where", "id=1")
    out = capsys.readouterr().out
    assert "1 rows × 2 columns" in out
    assert "[red]a[/red]" in out
    with pytest.raises(InputError, match="no Parquet or JSON file here"):
        call("show", str(tmp_path / "none.parquet"))
    with pytest.raises(InputError, match="no column reason; there are id, text"):
        call("show", str(tmp_path), "--where", "reason=x")
    os.mkfifo(tmp_path / "pipe.json")
    for path in (tmp_path, tmp_path / "pipe.json"):
        with pytest.raises(InputError, match=r"pipe\.json: expected a file, found a pipe"):
            call("show", str(path))


def of_bytes(ids: list[int]) -> str:
    """Decode as a byte-level tokenizer whose every token is one byte."""
    return bytes(ids).decode(errors="replace")


@given(st.text())
def test_the_pieces_are_the_text_and_none_is_part_of_a_character(text: str) -> None:
    ids = list(text.encode())
    words = [word for word, _ in marked_words(of_bytes, ids, [1] * len(ids))]
    assert "".join(words) == text
    assert all(word in text for word in words)


def test_a_character_is_not_joined_over_the_border_of_what_is_trained() -> None:
    ids = list("물".encode())
    found = list(marked_words(of_bytes, ids, [0, 1, 1]))
    assert [trained for _, trained in found] == [False, True]


@pytest.mark.promise(22)
def test_the_korean_template_as_text_tokens_and_loss_mask(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "models/foundation/tiny"
    # its tokens are bytes and its six special ones, so that no training decides what is pinned here
    bytewise = build_tokenizer(["The pump is made of copper."], 262, 512, chat=False)
    assert len(bytewise) == 262
    bytewise.save_pretrained(folder)
    write_json(folder / "config.json", {"model_type": "llama"})
    (folder / "model.safetensors").write_bytes(b"none")
    write_pointer(folder, Pointer(kind="random", name="models/foundation/tiny", files=pin_files(folder)))
    told = {"instruction": "재료를 쓰라.", "input": "펌프는 구리다.", "output": "구리.", "split": "train"}
    row = blank(Instruction, id="i1", **told)
    asked = render(bytewise, "alpaca_ko", row.instruction, row.input, None)
    assert "### 명령어:\n재료를 쓰라.\n\n### 입력:\n펌프는 구리다.\n\n### 응답:\n" in asked.text
    done = render_row(bytewise, "alpaca_ko", row)
    assert isinstance(done, Rendered)
    before, answer = asked.text.encode(), "구리.".encode()
    assert bytewise.decode(done.input_ids) == f"<|begin|>{asked.text}구리.<|end|>"
    assert len(done.input_ids) == 1 + len(before) + len(answer) + 1
    assert done.loss_mask == [False] * (1 + len(before)) + [True] * (len(answer) + 1)
    assert asked.input_ids == done.input_ids[: done.prompt_tokens]

    write_rows(tmp_path / "data/mixtures/tuned/rows.parquet", [(row, done)])
    described = {"trained": True, "model": "tiny", "condition_line": "품질: 높음"}
    write_json(tmp_path / "data/mixtures/tuned/mixture.json", described)
    monkeypatch.chdir(tmp_path)
    call("show", "tuned", "--tokens")
    printed = capsys.readouterr().out
    head = "while answering, each instruction ends with: 품질: 높음\n"
    head += f"i1 (train): {len(done.input_ids)} tokens, 8 trained\n"
    assert printed == f"{head}<|begin|>{asked.text}⟦구⟧⟦리⟧⟦.⟧⟦<|end|>⟧\n"
