"""Print how far another machine's adapter and answers may be from this one's, in fp32 and in bf16.

Run it after `dvc repro` of the starter: python docs/machine_difference.py [ARM]

There is one machine here. What differs between machines, the number of threads and the instructions that a processor
has, is set by variables that torch and oneDNN read; OMP_NUM_THREADS must not be set already. A quarter of an epoch;
the working tree's results stay as they are.
"""

import os
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl
from ruamel.yaml import YAML
from safetensors.numpy import load_file

from domaintune.core.stage.params import read_yaml

MACHINES: dict[str, dict[str, str]] = {
    "the same again": {},
    "1 thread": {"OMP_NUM_THREADS": "1"},
    "AVX2 only": {"ATEN_CPU_CAPABILITY": "avx2", "ONEDNN_MAX_CPU_ISA": "AVX2"},
}
STAGES = {
    "train": {"out": "adapter", "curve": "curve.csv", "metrics": "metrics.json", "accounting": "train.json"},
    "answer": {"adapter": "adapter", "out": "answers", "accounting": "answer.json"},
}
"""Stage → the options that are pointed into a folder of its own."""
EPOCHS = 0.25


class Made(NamedTuple):
    """What one machine made."""

    weights: np.ndarray
    """All of the adapter's, flat."""
    answers: list[str]
    loss: float
    """On the validation rows, at the end."""


def made(arm: str, precision: str, env: dict[str, str]) -> Made:
    """Train and answer as a machine would."""
    with tempfile.TemporaryDirectory() as place:
        folder, params = Path(place), read_yaml(Path("params.yaml"))
        params["train"] |= {"precision": precision, "epochs": EPOCHS}
        YAML().dump(params, folder / "params.yaml")
        for stage, outs in STAGES.items():
            line = read_yaml(Path("dvc.yaml"))["stages"][stage]["do"]["cmd"]
            line = line.replace("@key", arm).replace("@model", params["arms"][arm]["model"])
            words = [sys.executable, *shlex.split(line)[1:], "--params", str(folder / "params.yaml")]
            words += [word for name, at in outs.items() for word in (f"--{name}", str(folder / at))]
            done = subprocess.run(words, env=os.environ | env, capture_output=True, text=True, check=False)
            if done.returncode:
                sys.exit(done.stderr[-3000:])
        weights = load_file(folder / "adapter/adapter_model.safetensors")
        curve = pl.read_csv(folder / "curve.csv").filter(pl.col("split") == "validation")
        said = pl.read_parquet(folder / "answers/answers.parquet").sort("question_id")["text"].to_list()
    return Made(np.concatenate([weights[name].ravel() for name in sorted(weights)]), said, curve["loss"][-1])


def main(arm: str = "tuned") -> None:
    """Print a line for each precision and machine, against the first run of the same precision."""
    heads = [
        "precision",
        "other run",
        "weights that differ",
        "largest difference",
        "validation loss",
        "other answers",
    ]
    sys.stdout.write(f"| {' | '.join(heads)} |\n{'|---' * len(heads)}|\n")
    for precision in ("fp32", "bf16"):
        here = made(arm, precision, {})
        for name, env in MACHINES.items():
            there = made(arm, precision, env)
            share = float((here.weights != there.weights).mean())
            apart, largest = (
                float(np.abs(one).max()) for one in (here.weights - there.weights, here.weights)
            )
            changed = sum(a != b for a, b in zip(here.answers, there.answers, strict=True))
            cells = [precision, name, f"{share:.1%}", f"{apart:.2g} (largest weight {largest:.2g})"]
            cells += [f"{here.loss:.5f}, {there.loss:.5f}", f"{changed} of {len(here.answers)}"]
            sys.stdout.write(f"| {' | '.join(cells)} |\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
