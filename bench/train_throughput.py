"""LoRA tokens/s as domaintune trains, over TRL as it comes, in one run on one machine. Prints the ratio.

Both train the same rows (40-400 tokens) of the same 4 M-parameter Llama for one epoch, at the same batch and
peak rate. `TRL as it comes` is SFTTrainer with its own order of rows, its own torch settings and no more.
Padding does not count as tokens. Run: `python bench/train_throughput.py [--rows 240]`; about two minutes on 2 cores.
"""

import contextlib
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from domaintune.core.stage.files import to_json

VOCABULARY = 4096
BATCH = 8


def rows(count: int) -> dict[str, list[list[int]]]:
    """Return ids and labels of rows between 40 and 400 tokens, the loss on their second half."""
    rng = np.random.default_rng(1)
    ids = [rng.integers(10, VOCABULARY, int(length)).tolist() for length in rng.integers(40, 400, count)]
    return {"input_ids": ids, "labels": [[-100] * (len(row) // 2) + row[len(row) // 2 :] for row in ids]}


def model_and_tokenizer() -> tuple[Any, Any]:
    """Return an untrained Llama of 4 M parameters; weights have no bearing on speed."""
    from tokenizers import Tokenizer, models
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    config = LlamaConfig(
        vocab_size=VOCABULARY, hidden_size=256, intermediate_size=704, num_hidden_layers=4, num_attention_heads=4,
        max_position_embeddings=512, tie_word_embeddings=True,
    )  # fmt: skip
    core = Tokenizer(models.WordLevel({"<p>": 0, "<e>": 1, "<u>": 2}, unk_token="<u>"))
    return LlamaForCausalLM(config), PreTrainedTokenizerFast(
        tokenizer_object=core, pad_token="<p>", eos_token="<e>"
    )


def as_it_comes(data: dict[str, Any], folder: str) -> float:
    """Train with SFTTrainer's defaults and return seconds."""
    from datasets import Dataset
    from peft import LoraConfig
    from trl import SFTConfig, SFTTrainer

    model, tokenizer = model_and_tokenizer()
    config = SFTConfig(
        output_dir=folder, num_train_epochs=1, per_device_train_batch_size=BATCH, learning_rate=0.001, use_cpu=True,
        bf16=False, gradient_checkpointing=False, save_strategy="no", report_to="none", disable_tqdm=True,
        logging_strategy="no",
    )  # fmt: skip
    lora = LoraConfig(r=16, lora_alpha=32, target_modules="all-linear", task_type="CAUSAL_LM")
    start = time.perf_counter()
    trainer = SFTTrainer(
        model=model,
        args=config,
        train_dataset=Dataset.from_dict(data),
        processing_class=tokenizer,
        peft_config=lora,
    )
    trainer.train()
    return time.perf_counter() - start


def as_configured(data: dict[str, Any], folder: str, batch: int = BATCH, packing: bool = False) -> float:
    """Train with the train stage's own code and torch settings and return seconds."""
    from domaintune.core.models.loading import prepare_torch
    from domaintune.core.sections.models import Lora, Runtime
    from domaintune.train.params import Launch, Settings, Train
    from domaintune.train.rows import Rows

    runtime = {
        "servers": {}, "concurrency": 1, "timeout_s": 1.0, "max_retries": 0, "teacher_batch": 1, "threads": None,
        "device": "cpu",
    }  # fmt: skip
    device = prepare_torch(Runtime.model_validate(runtime))
    from domaintune.train.tuning import tune

    model, tokenizer = model_and_tokenizer()
    train = Train(
        epochs=1.0, batch=batch, micro_batch=batch, learning_rate=0.001, scheduler="linear", warmup_fraction=0.0,
        weight_decay=0.0, max_grad_norm=1.0, evals_per_epoch=1, patience=1, quantization="none", precision="fp32",
        gradient_checkpointing=False, optimizer="adamw_torch", attention="sdpa", packing=packing, pack_tokens=400, neftune_alpha=None,
        launch=Launch(processes=1, machines=1, strategy="none"),
    )  # fmt: skip
    lora = Lora(
        method="lora",
        r=16,
        alpha=32,
        dropout=0.0,
        target_modules=["all-linear"],
        adapter_len=1,
        adapter_layers=None,
    )
    given = {"train": Rows(data["input_ids"], data["labels"]), "validation": Rows([], [])}
    settings = Settings("bench", lora, train, 1)
    start = time.perf_counter()
    tune(
        model, tokenizer, rows=given, settings=settings, checkpoints=Path(folder), device=device, vocabulary={}
    )  # fmt: skip
    return time.perf_counter() - start


def as_packed(data: dict[str, Any], folder: str) -> float:
    """The same with packing; half as many packs as rows hold about as many tokens."""
    return as_configured(data, folder, batch=BATCH // 2, packing=True)


SIDES = {"as_it_comes": as_it_comes, "as_configured": as_configured, "as_packed": as_packed}


def measured(name: str, count: int) -> float:
    """Return the seconds of one side in a process of its own."""
    command = [sys.executable, __file__, "--rows", str(count), "--side", name]
    out = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    return float(out.rsplit("seconds ", 1)[1])


def here(name: str, count: int) -> float:
    """Return the seconds of one side in this process."""
    with (
        tempfile.TemporaryDirectory() as folder,
        contextlib.chdir(folder),
    ):  # training keeps its curve in the folder
        return SIDES[name](rows(count), folder)


def main(
    rows_: Annotated[int, typer.Option("--rows")] = 240, side: str = "", rounds: int = 2, smoke: bool = False
) -> None:  # fmt: skip
    """Run both sides in processes of their own, in turn, and print the ratio of the best of each."""
    if side:
        typer.echo(f"seconds {here(side, rows_)}")
        return
    if smoke:
        rows_, rounds = 8, 1
    tokens = sum(len(row) for row in rows(rows_)["input_ids"])
    best = dict.fromkeys(SIDES, 0.0)
    for name in list(SIDES) * rounds:
        seconds = here(name, rows_) if smoke else measured(name, rows_)
        best[name] = max(best[name], tokens / seconds)
    ratio = best["as_configured"] / best["as_it_comes"]
    named = {f"{name}_tokens_per_s": round(value) for name, value in best.items()}
    typer.echo(
        to_json(
            {"bench": "train_throughput", "baseline": "TRL as it comes", **named, "ratio": round(ratio, 2)}
        )
    )


if __name__ == "__main__":
    typer.run(main)
