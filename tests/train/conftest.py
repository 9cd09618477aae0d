"""A mixture of a few rows and the command that trains on it."""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import torch
from committed import PARAMS, ROOT
from model_settings import RUNTIME, runtime
from records import blank
from ruamel.yaml import YAML

from domaintune.core.models.foundation import added_rows, layout, narrow_widths, open_foundation
from domaintune.core.models.loading import load_tokenizer, load_tuned, prepare_torch
from domaintune.core.records.instruction import Instruction
from domaintune.core.rendering.rendering import render
from domaintune.core.sections.models import Lora
from domaintune.core.stage.files import write_json
from domaintune.core.stage.params import read_yaml
from domaintune.mix.measuring import summary
from domaintune.mix.mixing import Mixed
from domaintune.mix.selection import Known
from domaintune.mix.stage import write_rows
from domaintune.train.checks import Given, look_at_machine
from domaintune.train.params import Settings, Train
from domaintune.train.rows import read_rows
from domaintune.train.tuning import Tuned, load_foundation, tune

COMMITTED = read_yaml(PARAMS)
SECTIONS: dict[str, Any] = {
    "seed": 3,
    "arms": {"tuned": {"model": "tiny", "mixture": ["nasa"], "baseline": "tuned"}},
    "lora": COMMITTED["lora"] | {"r": 4, "alpha": 8, "dropout": 0.1, "adapter_len": 4},
    "train": COMMITTED["train"] | {
        "epochs": 3.0, "batch": 4, "micro_batch": 2, "learning_rate": 0.01, "scheduler": "linear",
        "warmup_fraction": 0.1, "weight_decay": 0.0, "evals_per_epoch": 2, "patience": 9, "pack_tokens": 512,
        "precision": "fp32", "attention": "sdpa",  # as an arm is loaded to answer, so that logits are the same
    },
    "runtime": RUNTIME,
}  # fmt: skip


def settings(
    lora: Mapping[str, Any] | None = None, train: Mapping[str, Any] | None = None, **launch: Any
) -> Settings:
    """The values above with others on top."""
    asked = {**SECTIONS["train"], **(train or {}), "launch": {**SECTIONS["train"]["launch"], **launch}}
    merged = {**SECTIONS["lora"], **(lora or {})}
    return Settings("tuned", Lora.model_validate(merged), Train.model_validate(asked), 7)


def instruction(number: int, split: str) -> Instruction:
    said = "It is blue." + " Very blue." * (number % 5)
    own = {"task": "t", "group": "nasa", "language": "en", "licence": "Apache-2.0", "category": "text"}
    own |= {"instruction": "Plan.", "input": f"What is pump {number}?", "output": said, "split": split}
    return blank(Instruction, id=f"{number:04d}", **own)


@pytest.fixture(scope="session")
def mixture(tiny_foundation: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """22 training rows, which neither batch size divides, and 5 to validate on."""
    folder = tmp_path_factory.mktemp("mixture")
    tokenizer = load_tokenizer(open_foundation(tiny_foundation))
    chosen = [instruction(n, "train" if n < 22 else "validation") for n in range(27)]
    rows = [(row, render(tokenizer, "alpaca", row.instruction, row.input, row.output)) for row in chosen]
    write_rows(folder / "rows.parquet", rows)
    described = {"trained": True, "model": "tiny", "template": "alpaca", "groups": ["nasa"]}
    mixed = Mixed(rows, [], {}, Known({}, {}), [])
    write_json(folder / "mixture.json", described | summary(mixed))
    return folder


def logits(model: Any, ids: list[int]) -> torch.Tensor:
    """What a model says of a row."""
    model.eval()
    with torch.no_grad():
        return model(input_ids=torch.tensor([ids]), use_cache=False).logits.float()


class Workbench:
    """A foundation that is tuned on a mixture's rows in this process: importing trl costs more than all of it."""

    def __init__(self, foundation: Path, mixture: Path, out: Path) -> None:
        self.device, self.out = prepare_torch(runtime()), out
        self.opened, self.rows = open_foundation(foundation), read_rows(mixture / "rows.parquet")
        self.tokenizer, self.probe = load_tokenizer(self.opened), self.rows["train"].input_ids[0]

    def given(self) -> Given:
        added = len(self.opened.added.pieces) if self.opened.added else 0
        machine = look_at_machine(self.device)
        return Given(layout(self.opened), narrow_widths(self.opened.folder), 200, machine, added)

    def load(self, chosen: Settings) -> Any:
        return load_foundation(self.opened, chosen, self.device)

    def tuned(self, name: str, chosen: Settings) -> Tuned:
        model, added = self.load(chosen), self.opened.added
        return tune(
            model, self.tokenizer, rows=self.rows, settings=chosen, checkpoints=self.out / name, device=self.device,
            vocabulary=added_rows(model, added) if added else {},
        )  # fmt: skip

    def saved(self, folder: Path, chosen: Settings, *, trained: bool) -> Any:
        """What was saved, or where it began."""
        described = {"trained": trained, "quantization": chosen.train.quantization, "precision": "fp32"}
        return load_tuned(self.opened, folder, described, self.device)


Command = Callable[..., list[str]]
Run = Callable[[list[str]], subprocess.CompletedProcess[str]]
ENVIRONMENT = {**os.environ, "OMP_NUM_THREADS": "1"}


def command_in(
    folder: Path, foundation: Path, mixture: Path, out: str, **sections: Mapping[str, Any]
) -> list[str]:
    """Return the stage's command line with outputs under `out` of a folder, which gets the lock excerpts."""
    if not (folder / "locks").exists():
        (folder / "locks").symlink_to(ROOT / "locks")
        (folder / "code.txt").touch()
    values = {name: value | sections[name] if name in sections else value for name, value in SECTIONS.items()}
    YAML().dump(values, folder / f"{out}.yaml")
    return [
        sys.executable, "-m", "domaintune.train", "--params", f"{out}.yaml", "--arm", "tuned", "--mixture", str(mixture),
        "--code", "code.txt", "--foundation", str(foundation), "--out", out, "--curve", f"{out}.csv",
        "--metrics", f"{out}.metrics.json", "--accounting", f"{out}.accounting.json",
    ]  # fmt: skip


def run_in(folder: Path, words: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, cwd=folder, env=ENVIRONMENT, capture_output=True, text=True, check=False)


@pytest.fixture
def command(tiny_foundation: Path, mixture: Path, tmp_path: Path) -> Command:
    """Return the command line of a training in the test's folder; another mixture stands behind `out`."""
    return lambda out, own=mixture, **sections: command_in(tmp_path, tiny_foundation, own, out, **sections)


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run a command in the test's folder."""
    return lambda words: run_in(tmp_path, words)


@pytest.fixture(scope="module")
def whole(tiny_foundation: Path, mixture: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which a training ran undisturbed, its outputs under `whole`."""
    folder = tmp_path_factory.mktemp("whole")
    done = run_in(folder, command_in(folder, tiny_foundation, mixture, "whole"))
    assert done.returncode == 0, done.stderr
    return folder
