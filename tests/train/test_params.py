"""The parts of training that need no model: order, pace, overrides, and the loss curve as it grows."""

import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domaintune.core.sections.arms import Arm
from domaintune.core.seeds import derive
from domaintune.core.stage import progress
from domaintune.core.stage.progress import Meter
from domaintune.train.curve import Shown, curve
from domaintune.train.params import pace, settle
from domaintune.train.trainer import LengthGroupedOrder, grouped_order

from .conftest import settings

SHARED = settings(train={"batch": 8, "micro_batch": 4})


@given(st.lists(st.integers(1, 500), min_size=1, max_size=300), st.integers(1, 16))
def test_every_row_comes_exactly_once_an_epoch(lengths: list[int], micro_batch: int) -> None:
    assert sorted(grouped_order(lengths, micro_batch, derive(1, "x"))) == list(range(len(lengths)))


def test_the_order_depends_on_seed_and_epoch_alone_and_micro_batches_hold_rows_of_like_length() -> None:
    first, second = (LengthGroupedOrder(range(100), 8, seed=5) for _ in range(2))
    first.epoch = 2
    list(second)
    second.epoch = 2
    assert list(first) == list(second)
    second.epoch = 3
    assert list(first) != list(second)
    # micro batches hold rows of like length
    lengths = [int(length) for length in derive(1, "lengths").integers(10, 500, 800)]
    order = grouped_order(lengths, 8, derive(1, "order"))
    batches = [[lengths[i] for i in order[start : start + 8]] for start in range(0, 800, 8)]
    padded = sum(max(batch) * len(batch) for batch in batches)
    assert padded < 1.05 * sum(lengths)  # in random order 1.7


@given(st.integers(1, 5000), st.integers(1, 20))
def test_evaluations_fall_on_logged_steps(rows: int, evals: int) -> None:
    steps = pace(rows, SHARED.train.model_copy(update={"evals_per_epoch": evals}), processes=1)
    assert steps.eval_every % steps.log_every == 0
    assert steps.accumulation == 2


def test_an_arm_s_own_values_go_over_the_shared_ones() -> None:
    values = {"model": "m", "mixture": ["g"], "baseline": "b", "seed": 9}
    arm = Arm.model_validate({**values, "lora": {"r": 32}, "train": {"epochs": 2.0}})
    own = settle("a", arm, SHARED.lora, SHARED.train, 1)
    assert (own.lora.r, own.lora.alpha, own.train.epochs, own.train.batch) == (32, 8, 2.0, 8)
    shared = settle("a", Arm(model="m", mixture=["g"], baseline="b"), SHARED.lora, SHARED.train, 1)
    assert own.seed != shared.seed
    assert 0 <= shared.seed < 2**32


def test_the_curve_on_disk_grows_with_every_log_is_the_stages_own_so_far_and_plotted_by_dvc(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(progress, "SPENT", spent := dict[str, float]())
    shown = Shown("tuned", meter := Meter("training", None))
    state = SimpleNamespace(max_steps=20, global_step=4, is_world_process_zero=True)
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
    rows = [line.split(",") for line in growing.read_text().splitlines()[1:]]
    assert [row[0] + row[1][0] for row in rows] == ["4t", "8t", "8v", "12t"]
    assert spent == {"tokens_trained": 500}
    assert meter.note.startswith("; loss 1.0000, ")
    state.is_world_process_zero = False
    state.log_history.append({"step": 16, "loss": 0.5})
    shown.on_log(None, state, None, logs={"loss": 0.5})
    assert len(growing.read_text().splitlines()) == 5

    (tmp_path / ".dvcignore").write_bytes((Path(__file__).parents[2] / ".dvcignore").read_bytes())
    dvc = [sys.executable, "-m", "dvc"]
    subprocess.run([*dvc, "init", "-q", "--no-scm"], check=True)
    words = ["plots", "show", ".domaintune/progress/tuned.csv", "-x", "step", "-y", "loss", "--show-vega"]
    plotted = json.loads(subprocess.run([*dvc, *words], check=True, capture_output=True).stdout)
    losses = ["3.000000", "2.000000", "2.500000", "1.000000"]
    assert [row["loss"] for row in plotted["data"]["values"]] == [row[2] for row in rows] == losses
