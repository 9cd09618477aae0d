"""trl's trainer with our order of rows and our validation loss, watched for torn checkpoints and broken losses."""

import math
from pathlib import Path
from typing import Any

import torch
from datasets import Dataset
from torch import distributed
from transformers import TrainerCallback
from trl import SFTTrainer

from domaintune.core.models.folders import writing
from domaintune.core.stage.errors import ModelError
from domaintune.train.checkpoints import PREFIX, mark_complete
from domaintune.train.order import LengthGroupedOrder
from domaintune.train.rows import carries


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
        return LengthGroupedOrder(lengths, self.args.train_batch_size, self.args.seed, fillers)

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
        """Write none: checkpoints need no card, and the adapter gets ours."""


class Watch(TrainerCallback):  # type: ignore[misc]  # transformers is not followed by the type checker
    """Stops on a loss that is no number."""

    def on_log(self, _args: Any, state: Any, _control: Any, logs: dict[str, float], **_: Any) -> None:
        """Stop before a broken adapter is written."""
        for name in ("loss", "eval_loss"):
            if name in logs and not math.isfinite(logs[name]):
                raise ModelError(
                    f"train: {name} became {logs[name]} at step {state.global_step}. Lower train.learning_rate or "
                    "train.max_grad_norm; no adapter was written."
                )
