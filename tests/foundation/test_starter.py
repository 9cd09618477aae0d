"""The starter's tiny models: distinct special tokens, every text read, the same bytes twice."""

import json
from pathlib import Path

import numpy as np
import pytest
from ruamel.yaml import YAML
from stage_project import run_stage
from transformers import AutoTokenizer

from domaintune.core.models.foundation import open_foundation
from domaintune.core.models.loading import load_tokenizer
from domaintune.core.models.pointer import read_pointer
from domaintune.core.rendering.alpaca import HEADERS
from domaintune.core.sections.models import AnyModel, HubModel, LocalModel, StarterModel
from domaintune.core.stage.errors import InputError, ModelError, ParamsError
from domaintune.core.stage.params import load_item, parse
from domaintune.foundation.pinning import pin_local
from domaintune.foundation.pretraining import dialogue_batches, text_batches
from domaintune.foundation.starter import SPECIAL, build_starter, build_tokenizer

TEXTS = [f"The valve number {n} is made of zinc and weighs {n} kg." for n in range(30)]
ENTRY = {
    "kind": "starter", "reads": "text", "hidden_size": 32, "intermediate_size": 64, "layers": 1, "heads": 2,
    "vocab_size": 288, "context": 64, "batch": 2, "steps": 3, "dialogue_steps": 0, "learning_rate": 0.01,
}  # fmt: skip


def params_file(folder: Path, **entry: object) -> Path:
    path = folder / "params.yaml"
    runtime = {
        "servers": {}, "concurrency": 1, "timeout_s": 1.0, "max_retries": 0, "teacher_batch": 1, "threads": 1,
        "device": "cpu",
    }  # fmt: skip
    YAML().dump({"seed": 1, "models": {"m": {**ENTRY, **entry}}, "runtime": runtime}, path)
    return path


def test_begin_end_and_padding_are_three_tokens_and_any_text_comes_back() -> None:
    tokenizer = build_tokenizer(TEXTS, 288, 64, chat=False, header="alpaca")
    assert [tokenizer.convert_tokens_to_ids(token) for token in SPECIAL] == list(range(len(SPECIAL)))
    assert tokenizer.chat_template is None
    text = "Température 300 K – 압력 {x}\n<b>"
    assert tokenizer.decode(tokenizer(text, add_special_tokens=False)["input_ids"]) == text


def test_the_prompt_header_is_learnt_as_few_tokens_and_the_english_one_where_none_is_named() -> None:
    korean, english = HEADERS["alpaca_ko"].with_input, HEADERS["alpaca"].with_input
    cost = {
        header: [len(build_tokenizer(TEXTS, 512, 64, chat=False, header=header)(text)["input_ids"]) for text in (korean, english)]
        for header in HEADERS
    }  # fmt: skip
    assert cost["alpaca_ko"][0] < 45 < 100 < cost["alpaca"][0]
    assert cost["alpaca"][1] < 60 < cost["alpaca_ko"][1]
    made = build_starter(StarterModel(**ENTRY), TEXTS, [], seed=1, device="cpu").tokenizer
    asked = build_tokenizer(TEXTS, 288, 64, chat=False, header="alpaca")
    assert made.get_vocab() == asked.get_vocab()


def test_text_batches_hold_every_document_once_before_any_twice() -> None:
    params = StarterModel(**{**ENTRY, "context": 64, "batch": 1})
    documents = [[n] * 16 for n in range(8)]  # 128 tokens: two batches of 64
    batches = text_batches(documents, params, np.random.default_rng(0))
    seen = np.concatenate([next(batches).input_ids.ravel() for _ in range(2)])
    assert sorted(seen.tolist()) == sorted(token for document in documents for token in document)


def test_dialogue_batches_carry_loss_on_the_assistant_alone() -> None:
    params = StarterModel(**ENTRY)
    batch = next(dialogue_batches([([5, 6, 7], [0, 1, 1]), ([8], [1])], params, 0, np.random.default_rng(0)))
    assert sorted(map(tuple, batch.labels.tolist())) == [(-100, 6, 7), (8, -100, -100)]


def test_an_empty_corpus_is_named() -> None:
    with pytest.raises(InputError, match="expected texts"):
        build_starter(StarterModel(**ENTRY), [], [], seed=1, device="cpu")


def test_an_entry_is_checked_against_its_own_kind(tmp_path: Path) -> None:
    assert isinstance(load_item(params_file(tmp_path), AnyModel, "m").chosen, StarterModel)
    with pytest.raises(ParamsError, match="hidden_size"):
        load_item(params_file(tmp_path, hidden_size=33), AnyModel, "m")
    hub = {"kind": "hub", "reads": "x", "repo_id": "a/b", "revision": "main", "trust_remote_code": False}
    assert isinstance(parse(Path("p"), "models.m", AnyModel, hub).chosen, HubModel)
    with pytest.raises(ParamsError, match="repo_id"):
        parse(Path("p"), "models.m", AnyModel, {"kind": "hub", "reads": "x"})


def test_a_local_model_is_pinned_by_its_files_and_never_copied(tiny_foundation: Path) -> None:
    params = LocalModel(kind="local", reads=str(tiny_foundation), trust_remote_code=False)
    pointer = pin_local(params, tiny_foundation, "models/foundation/mine")
    assert pointer.name == "models/foundation/mine"
    assert pointer.files["model.safetensors"].size == (tiny_foundation / "model.safetensors").stat().st_size
    with pytest.raises(ModelError, match="must be a model folder"):
        pin_local(params, tiny_foundation / "none", "x")


def test_the_stage_builds_the_same_bytes_twice_and_counts_every_text(tmp_path: Path) -> None:
    reads = tmp_path / "text"
    reads.mkdir()
    (reads / "text.jsonl").write_text("".join(json.dumps({"text": text}) + "\n" for text in TEXTS))
    params = params_file(tmp_path).read_text(encoding="utf-8")
    for out in ("a", "b"):
        words = f"--model m --reads @reads --out {out} --accounting {out}.json"
        assert run_stage(tmp_path, "foundation", params, words).returncode == 0
    names = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert "model.safetensors" in names
    assert not [name for name in names if name.endswith((".bin", ".pt"))]
    for name in names:
        if name != "model.json":  # holds its own folder's name
            assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes(), name
    accounts = json.loads((tmp_path / "a.json").read_text())
    assert accounts["in"] == accounts["kept"] == len(TEXTS)
    assert read_pointer(tmp_path / "a").name == "a"
    ours = load_tokenizer(open_foundation(tmp_path / "a"))
    chosen = AutoTokenizer.from_pretrained(tmp_path / "a", local_files_only=True)
    assert type(ours) is type(chosen)
    assert ours(TEXTS)["input_ids"] == chosen(TEXTS)["input_ids"]
