"""Training as a user runs it: the same bytes twice, after a kill too; in two processes; accounts, card and config."""

import os
import re
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from ruamel.yaml import YAML

from domaintune.core.stage.errors import ParamsError
from domaintune.core.stage.files import read_json, write_json
from domaintune.train.launching import config, launch

from .conftest import ENVIRONMENT, Command, Run, settings

OUTPUTS = ("adapter_config.json", "adapter_model.safetensors", "README.md", "arm.json")


def produced(folder: Path, out: str) -> dict[str, bytes]:
    beside = [folder / f"{out}.csv", folder / f"{out}.metrics.json"]
    files = [*beside, *(folder / out / name for name in OUTPUTS)]
    return {path.name.replace(out, ""): path.read_bytes() for path in files}


def checkpoints(folder: Path, step: str = "*") -> list[Path]:
    return sorted((folder / ".domaintune" / "checkpoints").glob(f"*/checkpoint-{step}/complete.json"))


def kill(words: list[str], folder: Path, step: str) -> list[Path]:
    """Start a training, kill it once it has a checkpoint of the step, and return those it leaves."""
    process = subprocess.Popen(words, cwd=folder, env=ENVIRONMENT)
    while not checkpoints(folder, step) and process.poll() is None:
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.wait()
    left = checkpoints(folder)
    assert left, "the run was over before it could be killed"
    return left


@pytest.mark.promise(8)
def test_an_undisturbed_run_and_a_killed_and_resumed_one_give_the_same_bytes(
    whole: Path, command: Command, run: Run, tmp_path: Path
) -> None:
    assert not checkpoints(whole)
    left = kill(command("killed"), tmp_path, "*")
    torn = left[-1].parent.with_name("checkpoint-900")
    shutil.copytree(left[-1].parent, torn)
    weights = (torn / "adapter_model.safetensors").read_bytes()
    (torn / "adapter_model.safetensors").write_bytes(weights[:-2000] + bytes(2000))
    run_of_it = left[-1].parents[1]
    given_up = run_of_it.with_name(run_of_it.name[:-24] + "0" * 24)  # of other inputs
    shutil.copytree(run_of_it, given_up)
    done = run(command("killed"))
    assert done.returncode == 0, done.stderr
    removed = "removed checkpoint-900 (not as it was written: adapter_model.safetensors, complete.json)"
    assert removed in done.stderr
    assert produced(tmp_path, "killed") == produced(whole, "whole")
    assert not list((tmp_path / ".domaintune" / "checkpoints").iterdir())


def test_what_a_training_leaves_behind(whole: Path, mixture: Path) -> None:
    out = whole / "whole"
    assert sorted(path.name for path in out.iterdir()) == sorted(OUTPUTS)
    counts = {"in": 27, "kept": 27, "train_rows": 22, "validation_rows": 5}
    assert read_json(whole / "whole.accounting.json").items() >= counts.items()
    config = read_json(out / "adapter_config.json")
    assert config["base_model_name_or_path"] == "models/foundation/tiny"
    assert config["target_modules"] == sorted(config["target_modules"])
    assert "lm_head" not in config["target_modules"]
    for path in out.iterdir():
        assert str(mixture.parent).encode() not in path.read_bytes()
        assert b"/home/" not in path.read_bytes()
    front = YAML(typ="safe").load((out / "README.md").read_text().split("---")[1])
    assert (front["library_name"], front["license"]) == ("peft", "apache-2.0")
    figures = read_json(whole / "whole.metrics.json")
    assert (figures["rows"], figures["epochs"]) == (22, 3.0)
    assert figures["validation_loss"] < 6
    curve = (whole / "whole.csv").read_text().splitlines()
    assert curve[0] == "step,split,loss"
    assert {line.split(",")[1] for line in curve[1:]} == {"train", "validation"}


def test_four_bit_weights_train_without_validation_rows_and_the_metrics_say_so(
    command: Command, run: Run, tmp_path: Path, mixture: Path
) -> None:
    (alone := tmp_path / "alone").mkdir()
    pl.read_parquet(mixture / "rows.parquet").filter(split="train").write_parquet(alone / "rows.parquet")
    write_json(
        alone / "mixture.json", read_json(mixture / "mixture.json") | {"condition_line": "Quality: high"}
    )
    done = run(command("out", alone, train={"epochs": 1.0, "quantization": "nf4"}))
    assert done.returncode == 0, done.stderr
    arm = read_json(tmp_path / "out" / "arm.json")
    assert (arm["condition_line"], arm["quantization"]) == ("Quality: high", "nf4")
    assert "Ask with `Quality: high` as the last" in (tmp_path / "out" / "README.md").read_text()
    assert read_json(tmp_path / "out.metrics.json")["validation_loss"] is None


UNWRITTEN = r"^error: .*{}.*could not be written .*Free some space"


@pytest.mark.parametrize(
    ("sections", "place", "message"),
    [
        ({"epochs": 1.0}, "checkpoint", UNWRITTEN.format("checkpoint")),
        ({"epochs": 1.0}, "metrics", UNWRITTEN.format("metrics")),
        ({"batch": 5}, "", "train.batch: 5 is not a multiple of micro_batch × processes = 2 × 1 = 2"),
        ({"learning_rate": 1e30, "max_grad_norm": 1e30}, "", "Lower train.learning_rate"),
    ],
)
def test_what_cannot_be_written_or_trained_ends_in_one_message_and_leaves_no_part_of_an_adapter(
    command: Command, run: Run, tmp_path: Path, sections: dict[str, Any], place: str, message: str
) -> None:
    words = command("out", train=sections)
    if place == "metrics":
        (tmp_path / "out.metrics.json").mkdir()  # a file cannot take a folder's place
    elif place:
        # no file beyond 8 KiB, as on a full disk
        words = ["bash", "-c", 'ulimit -f 8; exec "$@"', "-", *words]
    done = run(words)
    assert done.returncode == 1
    assert re.search(message, done.stderr, re.MULTILINE)
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()
    assert not (tmp_path / "out.accounting.json").exists()
    assert place != "checkpoint" or not list((tmp_path / ".domaintune/checkpoints").glob("*/checkpoint-*"))


def test_an_untrained_arm_imports_no_torch(
    tmp_path: Path, run: Run, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ENVIRONMENT, "PYTHONPROFILEIMPORTTIME", "1")
    write_json(tmp_path / "marker/mixture.json", {"trained": False, "template": "alpaca"})
    done = run(command("out", tmp_path / "marker"))
    assert done.returncode == 0, done.stderr
    loaded = {line.rsplit("|", 1)[1].strip() for line in done.stderr.splitlines() if "|" in line}
    assert "pydantic" in loaded
    assert not loaded & {"torch", "transformers", "trl", "peft"}
    arm = read_json(tmp_path / "out" / "arm.json")
    assert arm == {"trained": False, "template": "alpaca", "quantization": "none", "precision": "fp32"}
    assert (tmp_path / "out.csv").read_text() == "step,split,loss\n"


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
        kill(words, tmp_path, "9")  # within its second epoch
        deadline = time.monotonic() + 20
        while (left := running(out)) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert not left, "its processes went on without it"
        assert not (tmp_path / out).exists()
    two = run(words)
    assert two.returncode == 0, two.stderr
    for split in ("train", "validation"):
        expected = losses(tmp_path / "one.csv", split)
        assert losses(tmp_path / f"{out}.csv", split) == pytest.approx(expected, rel=1e-5)
    accounts = read_json(tmp_path / f"{out}.accounting.json")
    assert (accounts["in"], accounts["kept"], accounts["train_rows"]) == (27, 27, 22)
    written = [sorted(path.name for path in (tmp_path / name).iterdir()) for name in ("one", out)]
    assert written[0] == written[1]


def test_accelerate_gets_its_settings_from_params_alone_and_several_machines_must_know_each_other(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    sharded = config(settings(processes=8, machines=2, strategy="fsdp"), {"machine_rank": 1})
    wanted = {"distributed_type": "FSDP", "num_processes": 8, "num_machines": 2, "machine_rank": 1}
    assert sharded.items() >= wanted.items()
    assert sharded["fsdp_config"]["fsdp_version"] == 2
    zero = config(settings(processes=8, strategy="deepspeed"), {})
    assert zero["deepspeed_config"]["zero_stage"] == 3
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MACHINE_RANK", "0")
    asked = settings(processes=4, machines=2, strategy="ddp")
    with pytest.raises(ParamsError, match="lacks MAIN_ADDRESS, MAIN_PORT"):
        launch(asked, None, [])  # type: ignore[arg-type]  # not reached
