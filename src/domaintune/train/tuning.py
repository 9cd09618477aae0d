"""Tuning: trl's SFTTrainer on ids and labels, in our order, with checkpoints that show if they are whole."""

import json
import math
from pathlib import Path
from typing import Any, NamedTuple

from datasets import Dataset
from peft import LoraConfig, PeftModel, get_peft_model, prepare_model_for_kbit_training
from peft.utils import load_peft_weights, set_peft_model_state_dict
from torch import OutOfMemoryError
from transformers import EarlyStoppingCallback, PrinterCallback, TrainerCallback, set_seed
from trl import SFTConfig, SFTTrainer

from domaintune.core.stage.errors import AccountingError, ModelError, ParamsError
from domaintune.train.checkpoints import PREFIX, mark_complete, newest_complete
from domaintune.train.order import LengthGroupedOrder
from domaintune.train.rows import Rows
from domaintune.train.settings import Pace, Settings, pace

STATE_FILE = "trainer_state.json"


class Tuned(NamedTuple):
    """A tuned model and the log of its training."""

    model: PeftModel
    log: list[dict[str, Any]]
    """The trainer's log history: step with `loss` or `eval_loss`."""
    pace: Pace
    steps: int
    """Optimiser steps run; fewer than planned after an early stop."""


class Tuner(SFTTrainer):  # type: ignore[misc]  # trl ships no types
    """trl's trainer with an order of rows that is a function of seed and epoch."""

    def _get_train_sampler(self, train_dataset: Dataset | None = None) -> LengthGroupedOrder:
        dataset = self.train_dataset if train_dataset is None else train_dataset
        lengths = [len(ids) for ids in dataset["input_ids"]]
        return LengthGroupedOrder(lengths, self.args.train_batch_size, self.args.seed)

    def create_model_card(self, *args: Any, **kwargs: Any) -> None:
        """Write none: checkpoints need no card, and the adapter gets ours."""


class Watch(TrainerCallback):  # type: ignore[misc]  # transformers is not followed by the type checker
    """Marks a checkpoint complete after its last byte, and stops on a loss that is no number."""

    def on_save(self, args: Any, state: Any, _control: Any, **_: Any) -> None:
        """Write the marker last."""
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
    model: Any, tokenizer: Any, *, rows: dict[str, Rows], settings: Settings, checkpoints: Path, device: str
) -> Tuned:
    """Tune an adapter, going on from the newest whole checkpoint.

    Raises:
        AccountingError: trl would train on other rows than came in.
        ModelError: the loss is no number, or the device's memory is too small.
    """
    adapted = adapt(model, settings)
    arguments = _arguments(settings, rows, checkpoints, device)
    trainer = Tuner(
        model=adapted,
        args=arguments.config,
        train_dataset=Dataset.from_dict(rows["train"].as_columns()),
        eval_dataset=Dataset.from_dict(rows["validation"].as_columns()) if len(rows["validation"]) else None,
        processing_class=tokenizer,
        callbacks=_callbacks(settings, rows),
    )
    trainer.remove_callback(PrinterCallback)
    count_rows(trainer, rows)
    last = newest_complete(checkpoints)
    if last is not None and (state := finished(last)) is not None:
        best = Path(state["best_model_checkpoint"] or last)
        set_peft_model_state_dict(adapted, load_peft_weights(str(best), device=device))
        return Tuned(adapted, state["log_history"], arguments.pace, state["global_step"])
    try:
        trainer.train(resume_from_checkpoint=str(last) if last else None)
    except OutOfMemoryError as error:
        raise ModelError(
            f"train ({settings.arm}): the device's memory is too small. Lower train.micro_batch, set "
            f"train.gradient_checkpointing, or quantize the foundation. ({str(error).splitlines()[0]})"
        ) from error
    return Tuned(adapted, trainer.state.log_history, arguments.pace, trainer.state.global_step)


def adapt(model: Any, settings: Settings) -> PeftModel:
    """Put an untrained LoRA adapter on the model; its first weights are a function of the seed.

    Raises:
        ParamsError: the model has no such modules.
    """
    lora, train = settings.lora, settings.train
    if train.quantization != "none":
        model = prepare_model_for_kbit_training(
            model, use_gradient_checkpointing=train.gradient_checkpointing
        )
    targets = lora.target_modules
    config = LoraConfig(
        r=lora.r,
        lora_alpha=lora.alpha,
        lora_dropout=lora.dropout,
        target_modules="all-linear" if targets == ["all-linear"] else sorted(targets),
        bias="none",
        task_type="CAUSAL_LM",
    )
    set_seed(settings.seed)
    try:
        return get_peft_model(model, config)
    except ValueError as error:
        raise ParamsError(f"params.yaml: lora.target_modules: {targets}: {error}") from error


def count_rows(trainer: Any, rows: dict[str, Rows]) -> None:
    """Compare the rows trl holds with those that came in: it has dropped masked rows without a word.

    Raises:
        AccountingError: they differ.
    """
    held = {"train": len(trainer.train_dataset), "validation": len(trainer.eval_dataset or [])}
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


class _Arguments(NamedTuple):
    config: SFTConfig
    pace: Pace


def _callbacks(settings: Settings, rows: dict[str, Rows]) -> list[TrainerCallback]:
    stop = [EarlyStoppingCallback(settings.train.patience)] if len(rows["validation"]) else []
    return [Watch(), *stop]


def _arguments(settings: Settings, rows: dict[str, Rows], checkpoints: Path, device: str) -> _Arguments:
    train, validated = settings.train, len(rows["validation"]) > 0
    config = SFTConfig(
        output_dir=str(checkpoints),
        num_train_epochs=train.epochs,
        per_device_train_batch_size=train.micro_batch,
        per_device_eval_batch_size=train.micro_batch,
        learning_rate=train.learning_rate,
        lr_scheduler_type=train.scheduler,
        weight_decay=train.weight_decay,
        max_grad_norm=train.max_grad_norm,
        seed=settings.seed,
        data_seed=settings.seed,
        use_cpu=device == "cpu",
        bf16=train.precision == "bf16",
        gradient_checkpointing=train.gradient_checkpointing,
        eval_strategy="steps" if validated else "no",
        load_best_model_at_end=validated,
        metric_for_best_model="eval_loss" if validated else None,
        greater_is_better=False if validated else None,
        save_strategy="steps",
        save_total_limit=2,
        restore_callback_states_from_checkpoint=True,
        logging_strategy="steps",
        logging_nan_inf_filter=False,
        disable_tqdm=True,
        report_to="none",
        packing=False,
        max_length=None,
        dataset_kwargs={"skip_prepare_dataset": True},
        dataloader_pin_memory=device != "cpu",
        optim="adamw_torch",
    )
    steps = pace(len(rows["train"]), train, config.world_size)
    config.gradient_accumulation_steps = steps.accumulation
    config.logging_steps = steps.log_every
    config.eval_steps = config.save_steps = steps.eval_every
    config.warmup_steps = round(train.warmup_fraction * math.ceil(train.epochs * steps.steps_per_epoch))
    return _Arguments(config, steps)
