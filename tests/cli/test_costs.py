"""`domaintune costs` prints what the stages of the last run cost."""

from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from domaintune.cli.app import app
from domaintune.core.stage.errors import InputError
from domaintune.core.stage.files import write_json


def keep(stage: str, run: str, at: float, **more: Any) -> None:
    cost = {"stage": stage, "run": run, "at": at, "ended": "done", "seconds": 10.0, "peak_GiB": 1.0}
    write_json(Path(f".domaintune/costs/{stage}.json"), cost | more)


def shown(*words: str) -> list[list[str]]:
    said = CliRunner().invoke(app, ["costs", *words], catch_exceptions=False).output
    return [line.split() for line in said.split("\n\n")[0].splitlines()]


def test_the_last_runs_stages_stand_in_their_order_with_sums_and_the_largest_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match="no stage has run"):
        shown()
    keep("ingest@old", "1", 1.0)
    keep("judge@tuned", "2", 3.0, ended="failed", requests=1200, money=0.5)
    keep("generate@qa", "2", 2.0, peak_GiB=3.25, requests=34, seconds=2.5)
    assert shown() == [
        ["stage", "seconds", "requests", "money", "peak", "GiB"],
        ["generate@qa", "2.5", "34", "3.25"],
        ["judge@tuned", "(failed)", "10", "1,200", "0.5", "1"],
        ["together", "12.5", "1,234", "0.5", "3.25"],
    ]
    assert [row[0] for row in shown("--all")][1:] == ["ingest@old", "generate@qa", "judge@tuned", "together"]
