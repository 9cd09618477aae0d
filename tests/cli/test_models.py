"""`domaintune serve`: what is started, and what is refused; a real server: tests/core/test_transformers_backend.py."""

from pathlib import Path
from typing import Any

import pytest
from committed import PARAMS
from ruamel.yaml import YAML
from typer.testing import CliRunner

from domaintune.cli import models
from domaintune.cli.app import app

ROOT = Path(__file__).parents[2]
HERE = {"base_url": "http://127.0.0.1:8123/v1", "api_key_env": None}
AWAY = HERE | {"base_url": "https://api.example.org/v1"}


@pytest.mark.parametrize(
    ("wanted", "server", "options", "expected"),
    [
        ({"model": "tiny"}, HERE, "", "transformers serve tiny --host 127.0.0.1 --port 8123"),
        ({"model": "smollm2"}, HERE, "", "transformers serve smollm2 --host 127.0.0.1 --port 8123"),
        ({"model": "../tiny"}, HERE, "", "../tiny: expected a folder with config.json"),
        ({"model": "tiny"}, AWAY, "", "an address of this machine such as http://127.0.0.1:8001/v1, got backend: openai"),
        ({"model": "tiny", "backend": "extractive"}, HERE, "", "teacher: expected backend: openai"),
        ({"model": "nowhere"}, HERE, "", "nowhere: expected a folder with config.json or one of smollm2, gemma3"),
        ({"model": "tiny"}, HERE, "--with llama.cpp", "tiny: llama.cpp serves the GGUF files"),
        ({"model": "smollm2"}, HERE, "--with llama.cpp", "-m llama_cpp.server --model m.gguf --model_alias smollm2 --host"),
    ],
)  # fmt: skip
def test_the_model_of_the_teacher_is_served_at_its_address_or_it_is_told_why_not(
    wanted: dict[str, Any], server: dict[str, Any], options: str, expected: str, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    params = YAML(typ="safe").load(PARAMS)
    params["teacher"] |= {"backend": "openai", "server": "teacher"} | wanted
    params["runtime"]["servers"]["teacher"] = server
    YAML().dump(params, tmp_path / "params.yaml")
    (tmp_path / "tiny").mkdir()
    (tmp_path / "tiny/config.json").write_text("{}")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    started: list[str] = []
    monkeypatch.setattr(models.os, "execvp", lambda _, words: started.extend(words))
    monkeypatch.setattr(models, "dequantised", lambda *_: tmp_path / "tiny")
    monkeypatch.setattr(models, "find_parts", lambda file, package: [Path("m.gguf")])
    monkeypatch.setattr(models.shutil, "which", lambda name: None)
    monkeypatch.setattr(models, "MODELS", ROOT / "catalog/models.yaml")
    done = CliRunner().invoke(app, ["serve", "teacher", *options.split()])
    told = " ".join([Path(started[0]).name, *started[1:]]) if started else str(done.exception)
    assert expected in told
