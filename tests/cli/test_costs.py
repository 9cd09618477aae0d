"""`domaintune costs` prints what the stages of the last run cost."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from domaintune.cli.app import app
from domaintune.core.stage.errors import InputError


def keep(stage: str, item: str, run: str, at: str, **more: Any) -> None:
    cost = {"stage": stage, "item": item, "run": run, "at": at, "ended": "done", "seconds": 10.0}
    Path(".domaintune/costs").mkdir(parents=True, exist_ok=True)
    path = Path(f".domaintune/costs/{stage}@{item}.json")
    path.write_text(json.dumps(cost | {"peak_memory_bytes": 1 << 30} | more))


def shown(*words: str) -> list[list[str]]:
    said = CliRunner().invoke(app, ["costs", *words], catch_exceptions=False).output
    return [line.split() for line in said.split("\n\n")[0].splitlines()]


def test_the_last_runs_stages_stand_in_their_order_with_sums_and_the_largest_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match="no stage has run"):
        shown()
    keep("ingest", "old", "1", "2026-01-01T00:00:00")
    keep("judge", "tuned", "2", "2026-01-02T00:01:00", ended="failed", requests=1200, money=0.5)
    keep("generate", "qa", "2", "2026-01-02T00:00:00", peak_memory_bytes=3 << 30, requests=34, seconds=2.5)
    assert shown() == [
        ["stage", "seconds", "requests", "money", "peak", "GiB"],
        ["generate", "qa", "2.5", "34", "3.00"],
        ["judge", "tuned", "(failed)", "10.0", "1,200", "0.5000", "1.00"],
        ["together", "12.5", "1,234", "0.5000", "3.00"],
    ]
    assert [row[:2] for row in shown("--all")][1:] == [
        ["ingest", "old"], ["generate", "qa"], ["judge", "tuned"], ["together", "22.5"],
    ]  # fmt: skip
