"""How each arm was trained: its loss curve and the figures a reader looks for in it."""

from typing import Any

import polars as pl

from domaintune.report.charts import loss_curve
from domaintune.report.inputs import Material, Settings


def trained_arms(settings: Settings, material: Material) -> list[dict[str, Any]]:
    """Return every arm that was trained, sorted, with its curve; the others have nothing to show."""
    return [
        _trained(arm, material.curves[arm].sort("split", "step"))
        for arm in sorted(settings.arms)
        if material.curves[arm].height
    ]


def _trained(arm: str, curve: pl.DataFrame) -> dict[str, Any]:
    points = curve.select("step", "split", "loss").drop_nulls()
    validation = points.filter(pl.col("split") == "validation").sort("loss", "step")
    train = points.filter(pl.col("split") == "train")
    best = validation.row(0, named=True) if validation.height else None
    return {
        "arm": arm,
        "chart": loss_curve(points.to_dicts()),
        "steps": int(max(points["step"].to_list(), default=0)),
        "train_first": train["loss"][0] if train.height else None,
        "train_last": train["loss"][-1] if train.height else None,
        "validation_best": best["loss"] if best else None,
        "validation_best_step": int(best["step"]) if best else None,
        "points": points.to_dicts(),
    }
