"""Every script of bench/ runs to its end, at a size of seconds: none is left behind when the code it calls moves."""

import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "bench"
SCRIPTS = [p.name for p in sorted(FOLDER.glob("*.py")) if "\nif __name__ ==" in p.read_text(encoding="utf-8")]


def test_the_folder_holds_scripts() -> None:
    assert len(SCRIPTS) >= 6


@pytest.mark.promise(25)
@pytest.mark.parametrize("script", SCRIPTS)
def test_a_script_runs_at_smoke_size_and_prints_what_it_measured(script: str, tmp_path: Path) -> None:
    command = [sys.executable, str(FOLDER / script), "--smoke"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{script} --smoke: {(done.stderr or done.stdout)[-3000:]}"
    assert any(letter.isdigit() for letter in done.stdout), f"{script} --smoke printed no figure"
    assert not list(tmp_path.iterdir())
