"""The loss curve: written anew at every logged step while training runs, and once more as the stage's output."""

import math
import time
from collections.abc import Sequence
from typing import Any

import torch
from transformers import TrainerCallback

from domaintune.core.stage.errors import ModelError
from domaintune.core.stage.files import write_text
from domaintune.core.stage.progress import Meter, peak_memory, spend
from domaintune.core.stage.running import STATE


def curve(log: Sequence[dict[str, Any]]) -> str:
    """Return the curve as CSV, from the trainer's own log: it is the same after a resume."""
    lines = [
        f"{entry['step']},{split},{entry[name]:.6f}"
        for entry in log
        for name, split in (("loss", "train"), ("eval_loss", "validation"))
        if name in entry
    ]
    return "\n".join(["step,split,loss", *lines]) + "\n"


class Shown(TrainerCallback):  # type: ignore[misc]  # transformers is not followed by the type checker
    """Shows step, loss, tokens a second and memory, keeps the curve so far, and stops on a loss that is not finite."""

    def __init__(self, arm: str, meter: Meter) -> None:
        self._path, self._meter = STATE / "progress" / f"{arm}.csv", meter
        self._seen, self._since = 0.0, time.monotonic()

    def on_train_begin(self, _args: Any, state: Any, _control: Any, **_: Any) -> None:
        """Begin where the checkpoint ended."""
        self._meter.total, self._meter.first = state.max_steps, state.global_step

    def on_step_end(self, _args: Any, state: Any, _control: Any, **_: Any) -> None:
        """Show how far it is."""
        if state.is_world_process_zero:
            self._meter.at(state.global_step)

    def on_log(self, _args: Any, state: Any, _control: Any, logs: dict[str, float], **_: Any) -> None:
        """Stop before a broken adapter is written; keep the curve, and note what was logged for the next look."""
        for name in ("loss", "eval_loss"):
            if name in logs and not math.isfinite(logs[name]):
                raise ModelError(
                    f"train: {name} became {logs[name]} at step {state.global_step}. Lower train.learning_rate or "
                    "train.max_grad_norm; no adapter was written."
                )
        if not state.is_world_process_zero:
            return
        if "loss" in logs and "num_tokens" in logs:
            tokens, now = logs["num_tokens"] - self._seen, time.monotonic()
            memory = torch.cuda.max_memory_allocated() if torch.cuda.is_available() else peak_memory()
            rate, self._seen, self._since = tokens / max(now - self._since, 1e-9), logs["num_tokens"], now
            spend(tokens_trained=int(tokens))
            self._meter.note = (
                f"; loss {logs['loss']:.4f}, {rate:,.0f} tokens a second, {memory / 2**30:.1f} GiB"
            )
        write_text(self._path, curve(state.log_history))
