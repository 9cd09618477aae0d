"""The trainer: its arguments, our order of rows and validation loss, checkpoints whose marker comes last."""

import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from datasets import Dataset
from torch import distributed
from trl import SFTConfig, SFTTrainer
from trl.trainer import utils as trl_utils

from domaintune.core.models.pointer import writing
from domaintune.core.seeds import derive
from domaintune.train.checkpoints import PREFIX, mark_complete
from domaintune.train.params import Pace, Settings
from domaintune.train.rows import carries

POOL = 50  # micro batches sorted together; of 16-fold longer pools the padding is no smaller
# Only tokens with a label go through the model's head. trl does so where Triton is, and elsewhere scores all positions,
# for devices that compile each shape anew; on a CPU that is half of a step where answers are short and prompts long.
trl_utils._use_triton = lambda _device: True
BEST = {"eval_strategy": "steps", "load_best_model_at_end": True, "metric_for_best_model": "eval_loss"}


def arguments(settings: Settings, steps: Pace, validated: bool, checkpoints: Path, device: str) -> SFTConfig:
    """Return the settings as trl takes them; `validated`: there are rows to validate on."""
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
        gradient_accumulation_steps=steps.accumulation,
        logging_steps=steps.log_every,
        eval_steps=steps.eval_every,
        save_steps=steps.eval_every,
        warmup_steps=round(train.warmup_fraction * math.ceil(train.epochs * steps.steps_per_epoch)),
        save_total_limit=2,
        restore_callback_states_from_checkpoint=True,
        logging_nan_inf_filter=False,
        disable_tqdm=True,
        packing=train.packing,
        eval_packing=False,
        max_length=None,
        dataset_kwargs={"skip_prepare_dataset": True},
        dataloader_pin_memory=device != "cpu",
        ddp_find_unused_parameters=False,
        optim=train.optimizer,
        **(BEST if validated else {}),
    )
    assert config.world_size == train.launch.processes, (config.world_size, train.launch)
    return config


class LengthGroupedOrder:
    """A sampler whose order is a function of seed and epoch alone.

    Random order wastes half of the work on padding. transformers' own grouping draws from the global
    generator, so a run resumed in a later epoch would see another order; it also leaves each pool sorted from
    long to short, which this one undoes by shuffling the micro batches.
    """

    def __init__(self, lengths: Sequence[int], micro_batch: int, seed: int, fillers: int = 0) -> None:
        """Order `lengths` rows; the `fillers` that stand after them come last in every epoch."""
        self.lengths, self.micro_batch, self.seed, self.fillers = list(lengths), micro_batch, seed, fillers
        self.epoch = 0

    def __len__(self) -> int:
        return len(self.lengths) + self.fillers

    def __iter__(self) -> Iterator[int]:
        rng = derive(self.seed, "order", str(self.epoch))
        rows = len(self.lengths)
        return iter([*grouped_order(self.lengths, self.micro_batch, rng), *range(rows, rows + self.fillers)])


def grouped_order(lengths: Sequence[int], micro_batch: int, rng: np.random.Generator) -> list[int]:
    """Return each row's index once; a last micro batch that is not full stays last."""
    order = [int(index) for index in rng.permutation(len(lengths))]
    pool = POOL * micro_batch
    full: list[list[int]] = []
    rest: list[int] = []
    for start in range(0, len(order), pool):
        ranked = sorted(order[start : start + pool], key=lengths.__getitem__)
        over = len(ranked) % micro_batch  # of the last pool alone: the others are whole micro batches
        rest = ranked[:over]
        full += [ranked[i : i + micro_batch] for i in range(over, len(ranked), micro_batch)]
    shuffled = [full[int(index)] for index in rng.permutation(len(full))]
    return [index for batch in shuffled for index in batch] + rest


class Tuner(SFTTrainer):  # type: ignore[misc]  # trl ships no types
    """trl's trainer with an order of rows that is a function of seed and epoch, and a validation loss of all tokens."""

    def _get_train_sampler(self, train_dataset: Dataset | None = None) -> LengthGroupedOrder:
        dataset = self.train_dataset if train_dataset is None else train_dataset
        lengths = [
            len(ids)
            for ids, labels in zip(dataset["input_ids"], dataset["labels"], strict=True)
            if carries(labels)
        ]
        fillers = len(dataset) - len(lengths)
        self.order = LengthGroupedOrder(lengths, self.args.train_batch_size, self.args.seed, fillers)
        return self.order

    def _run_epoch(self, *, epoch: int, **rest: Any) -> None:
        """Tell the sampler its epoch.

        Where several processes resume within an epoch, the trainer and accelerate wrap it so deeply that a `set_epoch`
        of theirs would not reach it, and the rest of the epoch would see the rows of the first one's order.
        """
        self.order.epoch = epoch
        super()._run_epoch(epoch=epoch, **rest)

    def prediction_step(self, model: Any, inputs: Any, *_: Any, **__: Any) -> tuple[Any, None, None]:
        """Add a batch's loss and tokens to those of all validation rows."""
        inputs = self._prepare_inputs(inputs)
        with torch.no_grad(), self.compute_loss_context_manager():
            said = model(**inputs, use_cache=False, fused_lm_head=True)
        summed, tokens = -said.log_probs.double().sum(), said.label_mask.sum()
        self.validated += torch.stack([summed, tokens.double()])
        return summed / tokens.clamp(min=1), None, None

    def evaluation_loop(self, *args: Any, **options: Any) -> Any:
        """Evaluate; the loss is the sum over all trained tokens by their number, in nats.

        transformers takes the mean of the batches' means, in which a token of a short answer counts for more, and so
        the loss would depend on which rows a batch holds.
        """
        self.validated = torch.zeros(2, dtype=torch.float64, device=self.args.device)
        output = super().evaluation_loop(*args, **options)
        summed, tokens = self.accelerator.reduce(self.validated, reduction="sum").tolist()
        output.metrics["eval_loss"] = summed / tokens
        return output

    def _save_checkpoint(self, model: Any, trial: Any) -> None:
        """Write the marker last: each process has its own random state in the checkpoint."""
        checkpoint = Path(self.args.output_dir) / f"{PREFIX}{self.state.global_step}"
        with writing(checkpoint):
            super()._save_checkpoint(model, trial)
            if distributed.is_initialized():
                distributed.barrier()
            if self.is_world_process_zero():
                mark_complete(checkpoint)

    def create_model_card(self, *args: Any, **kwargs: Any) -> None:
        """Write none: checkpoints need no model card, and the adapter gets ours."""
