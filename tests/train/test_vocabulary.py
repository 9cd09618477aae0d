"""Added tokens are trained, saved with the adapter, and give the same logits when it is loaded again."""

import shutil
from pathlib import Path
from typing import Any

import pytest
import torch
from peft import AutoPeftModelForCausalLM
from transformers import AutoModelForCausalLM, AutoTokenizer

from domaintune.core.models.foundation import added_rows, open_foundation
from domaintune.core.models.loading import load_tokenizer
from domaintune.core.models.pointer import pin_files, read_pointer, write_pointer
from domaintune.core.rendering.rendering import render
from domaintune.core.sections.models import Vocabulary
from domaintune.core.stage.files import read_json
from domaintune.mix.stage import write_rows
from domaintune.train.checks import problems
from domaintune.train.tuning import save
from domaintune.vocabulary.extending import extend

from .conftest import Workbench, instruction, logits, settings

ANSWER = "구리 펌프는 300 켈빈에서 작동합니다."


@pytest.fixture(scope="module", name="models")
def models_with_korean(tiny_foundation: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny model, whose head shares the embeddings' weights, one whose head does not, and both extended."""
    folder = tmp_path_factory.mktemp("foundation")
    shutil.copytree(tiny_foundation, folder / "tied")
    shutil.copytree(tiny_foundation, folder / "untied")
    model = AutoModelForCausalLM.from_pretrained(folder / "untied")
    model.config.tie_word_embeddings = False
    head = torch.nn.Parameter(model.lm_head.weight.detach().clone() * 1.01)
    model.lm_head.weight = head
    model.save_pretrained(folder / "untied")
    (folder / "texts.txt").write_text(f"{ANSWER}\n" * 5, encoding="utf-8")
    for name in ("tied", "untied"):
        pointer = read_pointer(folder / name).model_copy(
            update={"name": str(folder / name), "files": pin_files(folder / name)}
        )
        write_pointer(folder / name, pointer)
        entry = Vocabulary(model=name, reads="x", language=None, tokens=20, min_count=2)
        extend(name, entry, folder / name, folder / "texts.txt", folder / f"{name}_korean")
    return folder


@pytest.mark.parametrize(
    ("base", "method", "quantization"),
    [
        ("tied", "lora", "none"), ("untied", "lora", "none"), ("untied", "dora", "none"), ("tied", "full", "none"),
        ("tied", "lora", "nf4"), ("untied", "lora", "int8"),
    ],
)  # fmt: skip
def test_new_rows_are_trained_and_loaded_again_to_the_same_logits(
    models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, base: str, method: str, quantization: str
) -> None:
    monkeypatch.chdir(tmp_path)
    tokenizer = load_tokenizer(open_foundation(models / f"{base}_korean"))
    rows = [instruction(n, split) for n, split in enumerate(["train"] * 6 + ["validation"])]
    rendered = render(tokenizer, "alpaca", "무엇?", "", ANSWER)
    write_rows(tmp_path / "rows.parquet", [(row, rendered) for row in rows])
    bench = Workbench(models / f"{base}_korean", tmp_path, tmp_path)
    extension, probe = bench.opened.added, bench.probe
    assert extension is not None
    used = sorted(set(extension.added) & set(probe))
    assert used
    chosen = settings({"method": method}, {"epochs": 2.0, "evals_per_epoch": 1, "quantization": quantization})
    assert problems(chosen, bench.given()) == []
    assert len(added_rows(bench.load(chosen), extension)) == {"tied": 1, "untied": 2}[base]
    tuned = bench.tuned("c", chosen)
    save(tuned, tokenizer, tmp_path / "saved", bench.opened.pointer, chosen)
    start, loaded = (bench.saved(tmp_path / "saved", chosen, trained=trained) for trained in (False, True))
    loaded.tie_weights()  # as lm-eval does
    after = logits(tuned.model, probe)
    # with nf4 a CPU multiplies by another kernel in the trained model
    off = {"none": 0.0, "int8": 1e-5, "nf4": 1e-2}[quantization]
    assert (logits(loaded, probe) - after).abs().max() <= off
    moved = (rows_of(loaded) - rows_of(start)).abs().amax(1)
    assert (moved[used] > 0).all()
    if method != "full":
        assert (moved[: extension.first] == 0).all()
        config = read_json(tmp_path / "saved" / "adapter_config.json")
        assert {tuple(ids) for ids in config["trainable_token_indices"].values()} == {tuple(extension.added)}
    if method != "full" and quantization == "none":
        alone = AutoPeftModelForCausalLM.from_pretrained(tmp_path / "saved")
        # as a user loads it who has only the base and this folder
        assert (logits(alone, probe) == after).all()
    saved = AutoTokenizer.from_pretrained(tmp_path / "saved")
    assert saved(ANSWER)["input_ids"] == tokenizer(ANSWER)["input_ids"]


def rows_of(model: Any) -> torch.Tensor:
    """The embeddings as the model uses them, an adapter's rows put in."""
    layer = model.get_input_embeddings()
    return layer(torch.arange(layer.weight.shape[0])).detach()
