"""Tuning: from loading what is trained, through trl's SFTTrainer, to what is saved, the loss curve and the figures."""

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import torch
from peft.utils import load_peft_weights, set_peft_model_state_dict
from torch import OutOfMemoryError, distributed
from transformers import EarlyStoppingCallback, PrinterCallback

from domaintune.core.models.foundation import Foundation
from domaintune.core.models.loading import ADAPTER_CONFIG, load_model
from domaintune.core.models.pointer import Pointer
from domaintune.core.stage.errors import ModelError
from domaintune.core.stage.files import read_json, write_json
from domaintune.core.stage.progress import Meter
from domaintune.train.checkpoints import finished, newest_complete
from domaintune.train.curve import Shown
from domaintune.train.launching import is_main
from domaintune.train.methods import METHODS, adapt, rejoin, trained_weights
from domaintune.train.params import SHARDED, Pace, Settings, pace
from domaintune.train.rows import Rows, as_dataset, carries, check_isolation, count_rows
from domaintune.train.trainer import Tuner, arguments


class Tuned(NamedTuple):
    """A tuned model and the log of its training."""

    model: Any
    """A PeftModel, or the whole model after method full."""
    trainer: Any
    log: list[dict[str, Any]]
    """The trainer's log history: step with `loss` or `eval_loss`."""
    pace: Pace
    steps: int
    """Optimiser steps run; fewer than planned after an early stop."""
    packs: int
    """What a batch counted: packs, or rows without packing."""


def tune(
    model: Any, tokenizer: Any, *, rows: dict[str, Rows], settings: Settings, checkpoints: Path, device: str,
    vocabulary: Mapping[str, list[int]],
) -> Tuned:  # fmt: skip
    """Tune a model or an adapter on it, going on from the newest whole checkpoint.

    `vocabulary` are the rows of added tokens, by layer; empty where the model's vocabulary is its own.
    """
    adapted = adapt(model, settings, vocabulary)
    trained = as_dataset(rows["train"], settings.train, packing=settings.train.packing)
    packs, validated = sum(map(carries, trained["labels"])), len(rows["validation"]) > 0
    steps = pace(packs, settings.train, settings.train.launch.processes)
    config = arguments(settings, steps, validated, checkpoints, device)
    weights = trained_weights(adapted)
    trainer = Tuner(
        model=adapted,
        args=config,
        train_dataset=trained,
        eval_dataset=as_dataset(rows["validation"], settings.train, packing=False) if validated else None,
        processing_class=tokenizer,
        callbacks=[EarlyStoppingCallback(settings.train.patience)] if validated else [],
    )
    rejoin(adapted, settings, weights)
    trainer.remove_callback(PrinterCallback)
    count_rows(trainer, rows)
    if settings.train.packing:
        check_isolation(trainer, settings.train.quantization)
    with config.main_process_first(desc="removing torn checkpoints"):
        last = newest_complete(checkpoints)
    if last is not None and (state := finished(last)) is not None:
        restore(adapted, Path(state["best_model_checkpoint"] or last), device)
        return Tuned(adapted, trainer, state["log_history"], steps, state["global_step"], packs)
    _train(trainer, last, settings.arm)
    return Tuned(adapted, trainer, trainer.state.log_history, steps, trainer.state.global_step, packs)


def _train(trainer: Tuner, last: Path | None, arm: str) -> None:
    try:
        with closing(Meter("training", None)) as meter:
            trainer.add_callback(Shown(arm, meter))
            trainer.train(resume_from_checkpoint=str(last) if last else None)
    except OutOfMemoryError as error:
        raise ModelError(
            f"train ({arm}): the device's memory is too small. Lower train.micro_batch, set "
            f"train.gradient_checkpointing, or quantize the foundation. ({str(error).splitlines()[0]})"
        ) from error
    if distributed.is_initialized():
        distributed.barrier()  # the main process removes the checkpoints that the others may still read


def restore(model: Any, checkpoint: Path, device: str) -> None:
    """Put a checkpoint's weights into the model."""
    if (checkpoint / ADAPTER_CONFIG).is_file():
        set_peft_model_state_dict(model, load_peft_weights(str(checkpoint), device=device))
    else:
        whole = type(model).from_pretrained(checkpoint, dtype=model.dtype, local_files_only=True)
        model.load_state_dict(whole.state_dict())


def load_foundation(opened: Foundation, settings: Settings, device: str) -> Any:
    """Load what is trained on: weights that are trained themselves in fp32, and on the CPU what is then split."""
    train, whole = settings.train, METHODS[settings.lora.method].whole
    place = "cpu" if train.launch.strategy in SHARDED else device
    return load_model(
        opened, train.quantization, "fp32" if whole else train.precision, place, train.attention
    )


def save(tuned: Tuned, tokenizer: Any, out: Path, foundation: Pointer, settings: Settings) -> None:
    """Save the adapter, or after method full every weight, as a folder that its library loads by itself."""
    whole = METHODS[settings.lora.method].whole
    if settings.train.launch.strategy in SHARDED:
        tuned.trainer.processing_class = None  # the tokenizer is saved below, where it belongs to the folder
        tuned.trainer.save_model(str(out))  # every process gives its part, the main one writes
        (out / "training_args.bin").unlink(missing_ok=True)  # a pickle
    elif is_main() and whole:
        model = tuned.model.to(torch.bfloat16) if settings.train.precision == "bf16" else tuned.model
        model.save_pretrained(out)
    elif is_main():
        tuned.model.save_pretrained(out, save_embedding_layers=False)
    if not is_main():
        return
    if whole or foundation.kind == "extended":
        tokenizer.save_pretrained(out)
    if not whole:
        (out / "README.md").unlink(missing_ok=True)
        config = read_json(out / ADAPTER_CONFIG)
        for names in config.values():  # a set's order, which differs from run to run
            if isinstance(names, list) and all(isinstance(name, str) for name in names):
                names.sort()
        public = {"base_model_name_or_path": foundation.name, "revision": foundation.revision}
        write_json(out / ADAPTER_CONFIG, config | public)


def headline(tuned: Tuned, rows: dict[str, Rows]) -> dict[str, Any]:
    """Return a handful of figures, no durations. Without validation rows nothing could stop early: both are null."""
    losses = [(entry["eval_loss"], entry["step"]) for entry in tuned.log if "eval_loss" in entry]
    trained = [entry["loss"] for entry in tuned.log if "loss" in entry]
    best = min(losses) if losses else None
    return {
        "rows": len(rows["train"]),
        "trained_tokens": rows["train"].trained_tokens,
        "epochs": round(tuned.steps / tuned.pace.steps_per_epoch, 4),
        "train_loss": round(trained[-1], 6) if trained else None,
        "validation_loss": round(best[0], 6) if best else None,
        "best_epoch": round(best[1] / tuned.pace.steps_per_epoch, 4) if best else None,
    }
