"""The settings as trl's trainer takes them."""

import math
from pathlib import Path
from typing import NamedTuple

from trl import SFTConfig

from domaintune.train.settings import Pace, Settings, pace


class Arguments(NamedTuple):
    """trl's own arguments and how often something happens."""

    config: SFTConfig
    pace: Pace


def arguments(settings: Settings, rows: int, validated: bool, checkpoints: Path, device: str) -> Arguments:
    """Translate; `rows` counts what a batch counts: rows, or packs. `validated`: there are rows to validate on."""
    train = settings.train
    config = SFTConfig(
        output_dir=str(checkpoints),
        num_train_epochs=train.epochs,
        per_device_train_batch_size=train.micro_batch,
        per_device_eval_batch_size=train.micro_batch,
        learning_rate=train.learning_rate,
        lr_scheduler_type=train.scheduler,
        weight_decay=train.weight_decay,
        max_grad_norm=train.max_grad_norm,
        neftune_noise_alpha=train.neftune_alpha,
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
        packing=train.packing,
        eval_packing=False,
        max_length=None,
        dataset_kwargs={"skip_prepare_dataset": True},
        dataloader_pin_memory=device != "cpu",
        ddp_find_unused_parameters=False,
        optim=train.optimizer,
    )
    steps = pace(rows, train, train.launch.processes)
    assert config.world_size == train.launch.processes, (config.world_size, train.launch)
    config.gradient_accumulation_steps = steps.accumulation
    config.logging_steps = steps.log_every
    config.eval_steps = config.save_steps = steps.eval_every
    config.warmup_steps = round(train.warmup_fraction * math.ceil(train.epochs * steps.steps_per_epoch))
    return Arguments(config, steps)
