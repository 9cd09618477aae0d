"""Two processes on a CPU: the same loss as one, killed and resumed, one writer."""

import os
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import pytest

from domaintune.core.stage.errors import ParamsError
from domaintune.core.stage.files import read_json
from domaintune.train.launching import config, launch

from .conftest import ENVIRONMENT, Command, Run, settings

SURE = {"dropout": 0.0}
TWO = {"launch": {"processes": 2, "machines": 1, "strategy": "ddp"}}


def losses(path: Path, split: str) -> list[float]:
    rows = [line.split(",") for line in path.read_text().splitlines()[1:]]
    return [float(loss) for _, of, loss in rows if of == split]


def running(word: str) -> list[str]:
    """Return the ids of processes that have the word on their command line."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):  # it ended meanwhile
            if word.encode() in path.read_bytes().split(b"\0"):
                found.append(path.parent.name)
    return found


def kill(words: list[str], folder: Path, out: str) -> None:
    """Start a training and kill it within its second epoch; its processes end with it."""
    process = subprocess.Popen(words, cwd=folder, env=ENVIRONMENT)
    checkpoints = folder / ".domaintune" / "checkpoints"
    while not list(checkpoints.glob("*/checkpoint-9/complete.json")) and process.poll() is None:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert list(checkpoints.glob("*/checkpoint-*/complete.json")), (
        "the run was over before it could be killed"
    )
    deadline = time.monotonic() + 20
    while (left := running(out)) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not left, "its processes went on without it"
    assert not (folder / out).exists()


@pytest.mark.promise(22)
@pytest.mark.parametrize("killed", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_two_processes_reach_the_loss_of_one_killed_and_resumed_too(
    command: Command, run: Run, tmp_path: Path, killed: bool
) -> None:
    one = run(command("one", lora=SURE))
    assert one.returncode == 0, one.stderr
    out = f"two_{os.getpid()}"
    words = command(out, lora=SURE, train=TWO)
    if killed:
        kill(words, tmp_path, out)
    two = run(words)
    assert two.returncode == 0, two.stderr
    for split in ("train", "validation"):
        expected = losses(tmp_path / "one.csv", split)
        assert losses(tmp_path / f"{out}.csv", split) == pytest.approx(expected, rel=1e-5)
    accounts = read_json(tmp_path / f"{out}.accounting.json")
    assert (accounts["in"], accounts["kept"], accounts["train_rows"]) == (27, 27, 22)
    written = [sorted(path.name for path in (tmp_path / name).iterdir()) for name in ("one", out)]
    assert written[0] == written[1]


def test_accelerate_gets_its_settings_from_params_alone() -> None:
    sharded = config(settings(processes=8, machines=2, strategy="fsdp"), {"machine_rank": 1})
    assert (sharded["distributed_type"], sharded["num_processes"], sharded["num_machines"]) == ("FSDP", 8, 2)
    assert sharded["fsdp_config"]["fsdp_version"] == 2
    assert sharded["machine_rank"] == 1
    zero = config(settings(processes=8, strategy="deepspeed"), {})
    assert zero["deepspeed_config"]["zero_stage"] == 3


def test_several_machines_need_to_know_each_other(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MACHINE_RANK", "0")
    asked = settings(processes=4, machines=2, strategy="ddp")
    with pytest.raises(ParamsError, match="lacks MAIN_ADDRESS, MAIN_PORT"):
        launch(asked, None, [])  # type: ignore[arg-type]  # not reached
