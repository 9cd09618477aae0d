"""Tuning: trl's SFTTrainer on ids and labels, in our order, with checkpoints that show if they are whole."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from datasets import Dataset
from peft.utils import load_peft_weights, set_peft_model_state_dict
from torch import OutOfMemoryError, distributed
from transformers import EarlyStoppingCallback, PrinterCallback, TrainerCallback

from domaintune.core.models.tuned import ADAPTER_CONFIG
from domaintune.core.stage.errors import AccountingError, ModelError
from domaintune.train.arguments import arguments
from domaintune.train.checkpoints import finished, newest_complete
from domaintune.train.methods import adapt, rejoin, trained_weights
from domaintune.train.packing import check_isolation, packed
from domaintune.train.rows import IGNORED, Rows, carries
from domaintune.train.settings import Pace, Settings
from domaintune.train.trainer import Tuner, Watch


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

    Raises:
        AccountingError: trl would train on other rows than came in.
        ModelError: the loss is no number, or the device's memory is too small.
    """
    adapted = adapt(model, settings, vocabulary)
    trained = training_set(rows["train"], settings)
    packs = sum(map(carries, trained["labels"]))
    validated = len(rows["validation"]) > 0
    asked = arguments(settings, packs, validated, checkpoints, device)
    weights = trained_weights(adapted)
    trainer = Tuner(
        model=adapted,
        args=asked.config,
        train_dataset=trained,
        eval_dataset=filled(Dataset.from_dict(rows["validation"].as_columns()), settings)
        if validated
        else None,
        processing_class=tokenizer,
        callbacks=_callbacks(settings, rows),
    )
    rejoin(adapted, settings, weights)
    trainer.remove_callback(PrinterCallback)
    count_rows(trainer, rows)
    if settings.train.packing:
        check_isolation(trainer, settings.train.quantization)
    with asked.config.main_process_first(desc="removing torn checkpoints"):
        last = newest_complete(checkpoints)
    if last is not None and (state := finished(last)) is not None:
        restore(adapted, Path(state["best_model_checkpoint"] or last), device)
        return Tuned(adapted, trainer, state["log_history"], asked.pace, state["global_step"], packs)
    try:
        trainer.train(resume_from_checkpoint=str(last) if last else None)
    except OutOfMemoryError as error:
        raise ModelError(
            f"train ({settings.arm}): the device's memory is too small. Lower train.micro_batch, set "
            f"train.gradient_checkpointing, or quantize the foundation. ({str(error).splitlines()[0]})"
        ) from error
    if distributed.is_initialized():
        distributed.barrier()  # the main process removes the checkpoints that the others may still read
    return Tuned(adapted, trainer, trainer.state.log_history, asked.pace, trainer.state.global_step, packs)


def training_set(rows: Rows, settings: Settings) -> Dataset:
    """Return the rows, packed where asked, as many for each process."""
    train = settings.train
    dataset = packed(rows, train.pack_tokens) if train.packing else Dataset.from_dict(rows.as_columns())
    return filled(dataset, settings)


def filled(dataset: Dataset, settings: Settings) -> Dataset:
    """Return the rows, filled up with rows without loss until all processes have as many.

    accelerate would fill up with rows of the beginning, which would then count twice.
    """
    train = settings.train
    if train.launch.processes == 1:
        return dataset
    fillers = -len(dataset) % (train.micro_batch * train.launch.processes)
    filler: dict[str, list[int]] = {"input_ids": [0, 0], "labels": [IGNORED, IGNORED], "seq_lengths": [2]}
    columns = {name: [*dataset[name], *[filler[name]] * fillers] for name in dataset.column_names}
    return Dataset.from_dict(columns)


def restore(model: Any, checkpoint: Path, device: str) -> None:
    """Put a checkpoint's weights into the model."""
    if (checkpoint / ADAPTER_CONFIG).is_file():
        set_peft_model_state_dict(model, load_peft_weights(str(checkpoint), device=device))
    else:
        whole = type(model).from_pretrained(checkpoint, dtype=model.dtype, local_files_only=True)
        model.load_state_dict(whole.state_dict())


def count_rows(trainer: Any, rows: dict[str, Rows]) -> None:
    """Compare the rows trl holds with those that came in: it has dropped masked rows without a word.

    Raises:
        AccountingError: they differ.
    """
    trained = trainer.train_dataset
    lengths = trained["seq_lengths"] if "seq_lengths" in trained.column_names else [[0]] * len(trained)
    held = {
        "train": sum(
            len(pack) for pack, labels in zip(lengths, trained["labels"], strict=True) if carries(labels)
        ),
        "validation": sum(map(carries, trainer.eval_dataset["labels"])) if trainer.eval_dataset else 0,
    }
    given = {split: len(part) for split, part in rows.items()}
    if held != given:
        raise AccountingError(
            f"train: {given} rows came in, but trl would train on {held}; nothing was trained."
        )


def _callbacks(settings: Settings, rows: dict[str, Rows]) -> list[TrainerCallback]:
    stop = [EarlyStoppingCallback(settings.train.patience)] if len(rows["validation"]) else []
    return [Watch(), *stop]
