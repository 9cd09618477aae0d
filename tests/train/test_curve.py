"""The loss curve as it grows while training runs."""

import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from domaintune.core.stage import progress
from domaintune.core.stage.progress import Meter
from domaintune.train.curve import Shown, curve


def test_the_curve_on_disk_grows_with_every_log_and_is_the_stages_own_so_far(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(progress, "SPENT", spent := dict[str, float]())
    meter = Meter("training", None)
    shown, state = (
        Shown("tuned", meter),
        SimpleNamespace(max_steps=20, global_step=4, is_world_process_zero=True),
    )
    growing, state.log_history = tmp_path / ".domaintune/progress/tuned.csv", [{"step": 4, "loss": 3.0}]
    shown.on_train_begin(None, state, None)
    assert (meter.total, meter.first) == (20, 4)
    for step, logs in (
        (8, {"loss": 2.0, "num_tokens": 300.0}),
        (8, {"eval_loss": 2.5}),
        (12, {"loss": 1.0, "num_tokens": 500.0}),
    ):
        state.global_step = step
        state.log_history.append({"step": step, **logs})
        shown.on_log(None, state, None, logs=logs)
        shown.on_step_end(None, state, None)
        assert growing.read_text() == curve(state.log_history)
    assert growing.read_text().splitlines()[1:] == [
        "4,train,3.000000",
        "8,train,2.000000",
        "8,validation,2.500000",
        "12,train,1.000000",
    ]
    assert spent == {"tokens_trained": 500}
    assert meter.note.startswith("; loss 1.0000, ")
    state.is_world_process_zero = False
    state.log_history.append({"step": 16, "loss": 0.5})
    shown.on_log(None, state, None, logs={"loss": 0.5})
    assert len(growing.read_text().splitlines()) == 5


def test_dvc_plots_the_curve_so_far(tmp_path: Path) -> None:
    (tmp_path / ".dvcignore").write_bytes((Path(__file__).parents[2] / ".dvcignore").read_bytes())
    growing = tmp_path / ".domaintune/progress/tuned.csv"
    growing.parent.mkdir(parents=True)
    growing.write_text(curve([{"step": 1, "loss": 3.0}, {"step": 2, "eval_loss": 2.5}]))
    dvc = [sys.executable, "-m", "dvc"]
    subprocess.run([*dvc, "init", "-q", "--no-scm"], cwd=tmp_path, check=True)
    command = [
        *dvc,
        "plots",
        "show",
        str(growing.relative_to(tmp_path)),
        "-x",
        "step",
        "-y",
        "loss",
        "--show-vega",
    ]
    shown = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True).stdout
    assert [row["loss"] for row in json.loads(shown)["data"]["values"]] == ["3.000000", "2.500000"]
