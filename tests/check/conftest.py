"""The stage as DVC runs it, in a folder of its own."""

from collections.abc import Callable
from pathlib import Path

import pytest

from domaintune.check.__main__ import app
from domaintune.core.stage.running import guarded

ROOT = Path(__file__).parents[2]


@pytest.fixture
def stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[[], str]:
    """Return a function that runs the stage on the folder's params.yaml, sees it stop, and returns what it said."""
    (tmp_path / "locks").mkdir()
    (tmp_path / "locks/check.txt").write_bytes((ROOT / "locks/check.txt").read_bytes())
    monkeypatch.chdir(tmp_path)
    places = {name: ROOT / "catalog" / name for name in ("grades", "rubrics", "benchmarks")}
    given = {"params": "params.yaml", "labels": "labels", "out": "checked", **places}
    given |= {"source": ROOT / "src/domaintune", "recordings": ROOT / "recipes/data/answers"}
    arguments = [text for name, value in given.items() for text in (f"--{name}", str(value))]

    def run() -> str:
        with pytest.raises(SystemExit):
            guarded(lambda: app(arguments, standalone_mode=False))
        assert not (tmp_path / "checked").exists()
        return capsys.readouterr().err

    return run
