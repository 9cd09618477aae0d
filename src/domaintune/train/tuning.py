"""Tuning: trl's SFTTrainer on ids and labels, in our order, with checkpoints that show if they are whole."""

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from datasets import Dataset
from peft.utils import load_peft_weights, set_peft_model_state_dict
from torch import OutOfMemoryError, distributed
from transformers import EarlyStoppingCallback, PrinterCallback, TrainerCallback
from trl import SFTTrainer

from domaintune.core.models.tuned import ADAPTER_CONFIG
from domaintune.core.stage.errors import AccountingError, ModelError
from domaintune.train.arguments import arguments
from domaintune.train.checkpoints import PREFIX, mark_complete, newest_complete
from domaintune.train.methods import adapt, rejoin
from domaintune.train.order import LengthGroupedOrder
from domaintune.train.packing import check_isolation, packed
from domaintune.train.rows import IGNORED, Rows
from domaintune.train.settings import Pace, Settings

STATE_FILE = "trainer_state.json"


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


class Tuner(SFTTrainer):  # type: ignore[misc]  # trl ships no types
    """trl's trainer with an order of rows that is a function of seed and epoch."""

    def _get_train_sampler(self, train_dataset: Dataset | None = None) -> LengthGroupedOrder:
        dataset = self.train_dataset if train_dataset is None else train_dataset
        lengths = [
            len(ids)
            for ids, labels in zip(dataset["input_ids"], dataset["labels"], strict=True)
            if carries(labels)
        ]
        fillers = len(dataset) - len(lengths)
        return LengthGroupedOrder(lengths, self.args.train_batch_size, self.args.seed, fillers)

    def create_model_card(self, *args: Any, **kwargs: Any) -> None:
        """Write none: checkpoints need no card, and the adapter gets ours."""


class Watch(TrainerCallback):  # type: ignore[misc]  # transformers is not followed by the type checker
    """Marks a checkpoint complete after its last byte, and stops on a loss that is no number."""

    def on_save(self, args: Any, state: Any, _control: Any, **_: Any) -> None:
        """Write the marker last: each process has its own random state in the checkpoint."""
        if distributed.is_initialized():
            distributed.barrier()
        if state.is_world_process_zero:
            mark_complete(Path(args.output_dir) / f"{PREFIX}{state.global_step}")

    def on_log(self, _args: Any, state: Any, _control: Any, logs: dict[str, float], **_: Any) -> None:
        """Stop before a broken adapter is written."""
        for name in ("loss", "eval_loss"):
            if name in logs and not math.isfinite(logs[name]):
                raise ModelError(
                    f"train: {name} became {logs[name]} at step {state.global_step}. Lower train.learning_rate or "
                    "train.max_grad_norm; no adapter was written."
                )


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
    trainer = Tuner(
        model=adapted,
        args=asked.config,
        train_dataset=trained,
        eval_dataset=Dataset.from_dict(rows["validation"].as_columns()) if validated else None,
        processing_class=tokenizer,
        callbacks=_callbacks(settings, rows),
    )
    rejoin(adapted, settings)
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
    """Return the rows, packed where asked, filled up with rows without loss until all processes have as many.

    accelerate would fill up with rows of the epoch's beginning, which would then count twice.
    """
    train = settings.train
    dataset = packed(rows, train.pack_tokens) if train.packing else Dataset.from_dict(rows.as_columns())
    if train.launch.processes == 1:
        return dataset
    fillers = -len(dataset) % (train.micro_batch * train.launch.processes)
    filler: dict[str, list[int]] = {"input_ids": [0, 0], "labels": [IGNORED, IGNORED], "seq_lengths": [2]}
    columns = {name: [*dataset[name], *[filler[name]] * fillers] for name in dataset.column_names}
    return Dataset.from_dict(columns)


def carries(labels: list[int]) -> bool:
    """Tell whether a row carries loss; a filler does not."""
    return any(label != IGNORED for label in labels)


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
        "validation": len(trainer.eval_dataset or []),
    }
    given = {split: len(part) for split, part in rows.items()}
    if held != given:
        raise AccountingError(
            f"train: {given} rows came in, but trl would train on {held}; nothing was trained."
        )


def finished(checkpoint: Path) -> dict[str, Any] | None:
    """Return the trainer's state if training ended with this checkpoint, and only its outputs are missing."""
    state: dict[str, Any] = json.loads((checkpoint / STATE_FILE).read_text(encoding="utf-8"))
    control = state["stateful_callbacks"].get("TrainerControl", {}).get("args", {})
    ended = state["global_step"] >= state["max_steps"] or control.get("should_training_stop", False)
    return state if ended else None


def _callbacks(settings: Settings, rows: dict[str, Rows]) -> list[TrainerCallback]:
    stop = [EarlyStoppingCallback(settings.train.patience)] if len(rows["validation"]) else []
    return [Watch(), *stop]
