"""The loss curve and the headline figures of a training."""

from collections.abc import Sequence
from typing import Any

from domaintune.train.rows import Rows
from domaintune.train.tuning import Tuned

HEADER = "step,split,loss"


def curve(log: Sequence[dict[str, Any]]) -> str:
    """Return the curve as CSV, from the trainer's own log: it is the same after a resume."""
    lines = [
        f"{entry['step']},{split},{entry[name]:.6f}"
        for entry in log
        for name, split in (("loss", "train"), ("eval_loss", "validation"))
        if name in entry
    ]
    return "\n".join([HEADER, *lines]) + "\n"


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
