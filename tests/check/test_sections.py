"""params.yaml stays readable after DVC wrote it back."""

from collections.abc import Callable
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from domaintune.check.sections import rewriting_problems

ROOT = Path(__file__).parents[2]
BRACES = '    mine: {base_url: "http://127.0.0.1:8000/v1", api_key_env: null}\n'


@pytest.mark.parametrize("path", [ROOT / "params.yaml", *sorted((ROOT / "recipes").glob("*.yaml"))])
def test_what_dvc_writes_back_it_can_read(path: Path) -> None:
    assert list(rewriting_problems(path)) == []


def test_a_url_within_braces_is_refused_before_an_experiment_breaks_the_file(
    tmp_path: Path, stopped: Callable[[], str]
) -> None:
    assert "clib" in YAML(typ="safe").Parser.__module__, "DVC parses with libyaml here"
    text = (ROOT / "params.yaml").read_text(encoding="utf-8")
    (tmp_path / "params.yaml").write_text(
        text.replace("  servers:\n", f"  servers:\n{BRACES}"), encoding="utf-8"
    )
    said = stopped()
    assert "dvc exp run -S` would write" in said
    assert "base_url: http://127.0.0.1:8000/v1" in said


@pytest.mark.parametrize("content", [None, "a: [1\nb: {\n", "seed: 1\nseed: 2\n"])
def test_a_file_that_is_none_is_left_to_the_sections_message(content: str | None, tmp_path: Path) -> None:
    path = tmp_path / "params.yaml"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    assert list(rewriting_problems(path)) == []
