"""Added tokens are trained, saved with the adapter, and give the same logits when it is loaded again."""

import shutil
from pathlib import Path
from typing import Any

import pytest
import torch
from model_settings import runtime
from peft import AutoPeftModelForCausalLM
from transformers import AutoModelForCausalLM, AutoTokenizer

from domaintune.core.models.foundation import added_rows, layout, narrow_widths, open_foundation
from domaintune.core.models.loading import load_tokenizer, load_tuned, prepare_torch
from domaintune.core.models.pointer import pin_files, read_pointer, write_pointer
from domaintune.core.rendering.rendering import render
from domaintune.core.sections.models import Vocabulary
from domaintune.core.stage.files import read_json
from domaintune.mix.stage import write_rows
from domaintune.train.checks import Given, look_at_machine, problems
from domaintune.train.rows import read_rows
from domaintune.train.tuning import load_foundation, save, tune
from domaintune.vocabulary.extending import extend

from .conftest import instruction, settings

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
    models: Path, tmp_path: Path, base: str, method: str, quantization: str
) -> None:
    device = prepare_torch(runtime())
    opened = open_foundation(models / f"{base}_korean")
    tokenizer, extension = load_tokenizer(opened), opened.added
    assert extension is not None
    chosen = settings({"method": method}, {"epochs": 2.0, "evals_per_epoch": 1, "quantization": quantization})
    machine = look_at_machine(device)
    assert problems(chosen, Given(layout(opened), narrow_widths(opened.folder), 200, machine, 20)) == []
    rows = [instruction(n, split) for n, split in enumerate(["train"] * 6 + ["validation"])]
    rendered = render(tokenizer, "alpaca", "무엇?", "", ANSWER)
    write_rows(tmp_path / "rows.parquet", [(row, rendered) for row in rows])
    read = read_rows(tmp_path / "rows.parquet")
    assert set(extension.added) & set(read["train"].input_ids[0])
    model = load_foundation(opened, chosen, device)
    vocabulary = added_rows(model, extension)
    assert len(vocabulary) == {"tied": 1, "untied": 2}[base]
    tuned = tune(
        model, tokenizer, rows=read, settings=chosen, checkpoints=tmp_path / "c", device=device, vocabulary=vocabulary
    )  # fmt: skip
    save(tuned, tokenizer, tmp_path / "saved", opened.pointer, chosen)
    probe = torch.tensor([read["train"].input_ids[0]])

    def logits(one: Any) -> torch.Tensor:
        one.eval()
        with torch.no_grad():
            return one(input_ids=probe, use_cache=False).logits.float()

    described = {"trained": True, "quantization": quantization, "precision": "fp32"}
    loaded = load_tuned(opened, tmp_path / "saved", described, device)
    loaded.tie_weights()  # as lm-eval does
    start = load_tuned(opened, tmp_path / "saved", described | {"trained": False}, device)
    after = logits(tuned.model)
    if quantization == "none":
        assert (logits(loaded) == after).all()
    else:
        # with int8 to the last bit; with nf4 a CPU multiplies by another kernel in the trained model
        assert (logits(loaded) - after).abs().max() < (1e-2 if quantization == "nf4" else 1e-5)
    trained, untrained = rows_of(loaded), rows_of(start)
    moved = (trained - untrained).abs().amax(1)
    used = sorted(set(extension.added) & set(read["train"].input_ids[0]))
    assert (moved[used] > 0).all()
    if method != "full":
        assert (moved[: extension.first] == 0).all()
        config = read_json(tmp_path / "saved" / "adapter_config.json")
        assert {tuple(ids) for ids in config["trainable_token_indices"].values()} == {tuple(extension.added)}
    if method != "full" and quantization == "none":
        alone = AutoPeftModelForCausalLM.from_pretrained(tmp_path / "saved")
        assert (logits(alone) == after).all()  # as a user loads it who has only the base and this folder
    saved = AutoTokenizer.from_pretrained(tmp_path / "saved")
    assert saved(ANSWER)["input_ids"] == tokenizer(ANSWER)["input_ids"]


def rows_of(model: Any) -> torch.Tensor:
    """The embeddings as the model uses them, an adapter's rows put in."""
    layer = model.get_input_embeddings()
    return layer(torch.arange(layer.weight.shape[0])).detach()
