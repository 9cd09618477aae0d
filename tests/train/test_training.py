"""Training as a user runs it: the same bytes twice, after a kill too; accounts, card and config."""

import json
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from ruamel.yaml import YAML

from .conftest import ENVIRONMENT, Command, Run

OUTPUTS = ("adapter_config.json", "adapter_model.safetensors", "README.md", "arm.json")


def produced(folder: Path, out: str) -> dict[str, bytes]:
    files = {name: (folder / out / name).read_bytes() for name in OUTPUTS}
    return files | {
        f"curve and metrics {end}": (folder / f"{out}{end}").read_bytes() for end in (".csv", ".metrics.json")
    }


def checkpoints(folder: Path) -> list[Path]:
    return sorted((folder / ".domaintune" / "checkpoints").glob("*/checkpoint-*/complete.json"))


def test_an_undisturbed_run_and_a_killed_and_resumed_one_give_the_same_bytes(
    whole: Path, command: Command, run: Run, tmp_path: Path
) -> None:
    assert not checkpoints(whole)
    process = subprocess.Popen(command("killed"), cwd=tmp_path, env=ENVIRONMENT)
    while len(checkpoints(tmp_path)) < 1 and process.poll() is None:
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.wait()
    left = checkpoints(tmp_path)
    assert left, "the run was over before it could be killed"
    torn = left[-1].parent.with_name("checkpoint-900")
    shutil.copytree(left[-1].parent, torn)
    weights = (torn / "adapter_model.safetensors").read_bytes()
    (torn / "adapter_model.safetensors").write_bytes(weights[:-2000] + bytes(2000))
    run_of_it = left[-1].parents[1]
    given_up = run_of_it.with_name(run_of_it.name[:-24] + "0" * 24)  # of other inputs
    shutil.copytree(run_of_it, given_up)
    done = run(command("killed"))
    assert done.returncode == 0, done.stderr
    assert (
        "removed checkpoint-900 (not as it was written: adapter_model.safetensors, complete.json)"
        in done.stderr
    )
    assert produced(tmp_path, "killed") == produced(whole, "whole")
    assert not list((tmp_path / ".domaintune" / "checkpoints").iterdir())


def test_what_a_training_leaves_behind(whole: Path, mixture: Path) -> None:
    out = whole / "whole"
    assert sorted(path.name for path in out.iterdir()) == sorted(OUTPUTS)
    accounts = json.loads((whole / "whole.accounting.json").read_text())
    counts = {"in": 27, "kept": 27, "train_rows": 22, "validation_rows": 5}
    assert accounts | counts == accounts
    config = json.loads((out / "adapter_config.json").read_text())
    assert config["base_model_name_or_path"] == "models/foundation/tiny"
    assert config["target_modules"] == sorted(config["target_modules"])
    assert "lm_head" not in config["target_modules"]
    for path in out.iterdir():
        assert str(mixture.parent).encode() not in path.read_bytes()
        assert b"/home/" not in path.read_bytes()
    front = YAML(typ="safe").load((out / "README.md").read_text().split("---")[1])
    assert (front["library_name"], front["license"]) == ("peft", "apache-2.0")
    figures = json.loads((whole / "whole.metrics.json").read_text())
    assert (figures["rows"], figures["epochs"]) == (22, 3.0)
    assert figures["validation_loss"] < 6
    curve = (whole / "whole.csv").read_text().splitlines()
    assert curve[0] == "step,split,loss"
    assert {line.split(",")[1] for line in curve[1:]} == {"train", "validation"}


@pytest.mark.parametrize("place", ["checkpoint", "metrics"])
def test_what_cannot_be_written_ends_in_one_message_and_leaves_no_part_of_an_adapter(
    command: Command, run: Run, tmp_path: Path, place: str
) -> None:
    words = command("out", train={"epochs": 1.0})
    if place == "metrics":
        (tmp_path / "out.metrics.json").mkdir()  # a file cannot take a folder's place
    else:
        # no file beyond 8 KiB, as on a full disk
        words = ["bash", "-c", 'ulimit -f 8; exec "$@"', "-", *words]
    done = run(words)
    assert done.returncode == 1
    assert re.search(rf"^error: .*{place}.*could not be written .*Free some space", done.stderr, re.MULTILINE)
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()
    assert not list((tmp_path / ".domaintune" / "checkpoints").glob("*/checkpoint-*")) or place == "metrics"


def test_four_bit_weights_train_without_validation_rows_and_the_metrics_say_so(
    command: Command, run: Run, tmp_path: Path, mixture: Path
) -> None:
    alone = tmp_path / "alone"
    alone.mkdir()
    pl.read_parquet(mixture / "rows.parquet").filter(split="train").write_parquet(alone / "rows.parquet")
    described = json.loads((mixture / "mixture.json").read_text()) | {"condition_line": "Quality: high"}
    (alone / "mixture.json").write_text(json.dumps(described))
    done = run(command("out", alone, train={"epochs": 1.0, "quantization": "nf4"}))
    assert done.returncode == 0, done.stderr
    arm = json.loads((tmp_path / "out" / "arm.json").read_text())
    assert (arm["condition_line"], arm["quantization"]) == ("Quality: high", "nf4")
    assert "Ask with `Quality: high` as the last" in (tmp_path / "out" / "README.md").read_text()
    figures = json.loads((tmp_path / "out.metrics.json").read_text())
    assert figures["validation_loss"] is None


@pytest.mark.parametrize(
    ("sections", "message"),
    [
        ({"train": {"batch": 5}}, "train.batch: 5 is not a multiple of micro_batch × processes = 2 × 1 = 2"),
        ({"train": {"learning_rate": 1e30, "max_grad_norm": 1e30}}, "Lower train.learning_rate"),
    ],
)
def test_what_cannot_be_trained_ends_in_one_message_with_nothing_written(
    command: Command, run: Run, tmp_path: Path, sections: dict[str, Any], message: str
) -> None:
    done = run(command("out", **sections))
    assert done.returncode == 1
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()
    assert not (tmp_path / "out.accounting.json").exists()


def test_an_untrained_arm_imports_no_torch(tmp_path: Path, run: Run, command: Command) -> None:
    (tmp_path / "marker").mkdir()
    (tmp_path / "marker" / "mixture.json").write_text('{"trained": false, "template": "alpaca"}')
    words = command("out", tmp_path / "marker")
    code = (
        "import sys, runpy\nsys.argv = sys.argv[1:]\n"
        "try:\n    runpy.run_module('domaintune.train', run_name='__main__', alter_sys=True)\n"
        "except SystemExit as end:\n    assert not end.code, end.code\n"
        "print(sorted({'torch', 'transformers', 'trl', 'peft'} & set(sys.modules)))\n"
    )
    done = run([words[0], "-c", code, "x", *words[3:]])
    assert done.stdout.splitlines()[-1] == "[]", done.stderr
    arm = json.loads((tmp_path / "out" / "arm.json").read_text())
    assert arm == {"trained": False, "template": "alpaca", "quantization": "none", "precision": "fp32"}
    assert (tmp_path / "out.csv").read_text() == "step,split,loss\n"
