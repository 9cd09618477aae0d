"""params.yaml stays readable after DVC wrote it back."""

from pathlib import Path

import pytest
from ruamel.yaml import YAML
from typer.testing import CliRunner

from domaintune.check.__main__ import app
from domaintune.check.sections import rewriting_problems

ROOT = Path(__file__).parents[2]
BRACES = '    teacher: {base_url: "http://127.0.0.1:8000/v1", api_key_env: null}\n'


@pytest.mark.parametrize("path", [ROOT / "params.yaml", *sorted((ROOT / "recipes").glob("*.yaml"))])
def test_what_dvc_writes_back_it_can_read(path: Path) -> None:
    assert list(rewriting_problems(path)) == []


def test_a_url_within_braces_is_refused_before_an_experiment_breaks_the_file(tmp_path: Path) -> None:
    assert "clib" in YAML(typ="safe").Parser.__module__, "DVC parses with libyaml here"
    path = tmp_path / "params.yaml"
    text = (ROOT / "params.yaml").read_text(encoding="utf-8")
    path.write_text(text.replace("  servers:\n", f"  servers:\n{BRACES.replace('teacher', 'mine')}"))
    given = {
        "params": path,
        "cards": ROOT / "catalog/grades",
        "rubrics": ROOT / "catalog/rubrics",
        "labels": ROOT / "labels",
        "gate": tmp_path / "gate",
    }
    arguments = [text for name, value in given.items() for text in (f"--{name}", str(value))]
    done = CliRunner().invoke(app, arguments)
    assert "dvc exp run -S` would write" in str(done.exception)
    assert "base_url: http://127.0.0.1:8000/v1" in str(done.exception)
    assert not (tmp_path / "gate").exists()
