"""What is trained, token by token, with characters whole."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from records import blank

from domaintune.cli.app import app
from domaintune.cli.show import marked_words
from domaintune.core.models.pointer import Pointer, pin_files, write_pointer
from domaintune.core.records.instruction import Instruction
from domaintune.core.rendering.rendering import Rendered, render, render_row
from domaintune.core.stage.files import write_json
from domaintune.foundation.starter import build_tokenizer
from domaintune.mix.stage import write_rows

KOREAN = (
    "아래는 작업을 설명하는 명령어와 추가 컨텍스트를 제공하는 입력이 짝을 이루는 예제입니다. "
    "요청을 적절히 완료하는 응답을 작성하세요.\n\n"
    "### 명령어:\n재료를 쓰라.\n\n### 입력:\n펌프는 구리다.\n\n### 응답:\n"
)


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


@pytest.fixture
def bytewise(tmp_path: Path) -> Any:
    """A tokenizer whose tokens are bytes and its six special ones, so that no training decides what is pinned here."""
    folder = tmp_path / "models/foundation/tiny"
    tokenizer = build_tokenizer(["The pump is made of copper."], 262, 512, chat=False, header="alpaca")
    assert len(tokenizer) == 262
    tokenizer.save_pretrained(folder)
    write_json(folder / "config.json", {"model_type": "llama"})
    (folder / "model.safetensors").write_bytes(b"none")
    pointer = Pointer(
        kind="starter", name="models/foundation/tiny", path=None, repo_id=None, revision=None,
        trust_remote_code=False, files=pin_files(folder),
    )  # fmt: skip
    write_pointer(folder, pointer)
    return tokenizer


@pytest.mark.promise(22)
def test_the_korean_template_as_text_tokens_and_loss_mask(
    bytewise: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    row = blank(
        Instruction,
        id="i1",
        instruction="재료를 쓰라.",
        input="펌프는 구리다.",
        output="구리.",
        split="train",
    )
    done = render_row(bytewise, "alpaca_ko", row)
    assert isinstance(done, Rendered)
    assert done.text == KOREAN + "구리."
    before, answer = list(KOREAN.encode()), list("구리.".encode())
    assert bytewise.decode(done.input_ids) == f"<|begin|>{KOREAN}구리.<|end|>"
    assert len(done.input_ids) == 1 + len(before) + len(answer) + 1
    assert done.loss_mask == [False] * (1 + len(before)) + [True] * (len(answer) + 1)

    asked = render(bytewise, "alpaca_ko", row.instruction, row.input, None)
    assert asked.input_ids == done.input_ids[: done.prompt_tokens]
    assert asked.text == KOREAN

    write_rows(tmp_path / "data/mixtures/tuned/rows.parquet", [(row, done)])
    told = {"trained": True, "model": "tiny", "condition_line": "품질: 높음"}
    write_json(tmp_path / "data/mixtures/tuned/mixture.json", told)
    monkeypatch.chdir(tmp_path)
    app(["show", "tuned", "--tokens"], standalone_mode=False)
    printed = capsys.readouterr().out
    head = "while answering, each instruction ends with: 품질: 높음\n"
    head += f"i1 (train): {len(done.input_ids)} tokens, 8 trained\n"
    assert printed == f"{head}<|begin|>{KOREAN}⟦구⟧⟦리⟧⟦.⟧⟦<|end|>⟧\n"
