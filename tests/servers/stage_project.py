"""A folder in which one stage is run as dvc would: in this process, or in one of its own."""

import contextlib
import importlib
import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple
from unittest import mock

from committed import PARAMS, ROOT
from ruamel.yaml import YAML

from domaintune.core.stage.running import guarded


def run_stage(folder: Path, stage: str, params: str, words: str) -> "subprocess.CompletedProcess[str]":
    """Run a stage by hand in a process of its own: these params, and the command's other words."""
    (folder / "locks").mkdir(parents=True, exist_ok=True)
    (folder / f"locks/{stage}.txt").write_text("")
    (folder / "params.yaml").write_text(params, encoding="utf-8")
    command = [sys.executable, "-m", f"domaintune.{stage}", "--params", "params.yaml", *words.split()]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


class Run(NamedTuple):
    returncode: int
    stdout: str
    stderr: str


class StageProject:
    """What all stages' folders share. A stage says its name, its command's words, and what it writes."""

    stage: str
    command: str
    """`{name}` is an attribute of the project."""
    written: tuple[str, ...]
    """Paths below the folder."""

    def __init__(self, folder: Path) -> None:
        """Make the folder with what every stage reads, and take params.yaml as it was committed."""
        self.folder, self.ledger = folder, folder / "ledger.sqlite3"
        shutil.copytree(ROOT / "locks", folder / "locks", dirs_exist_ok=True)
        (folder / "catalog").symlink_to(ROOT / "catalog")
        self.params: dict[str, Any] = YAML(typ="safe").load(PARAMS.read_text(encoding="utf-8"))

    def serve(self, model: dict[str, Any], base_url: str, api_key_env: str | None = None) -> dict[str, Any]:
        """Have a server on loopback answer for a model of params.yaml, and return the server's settings."""
        model |= {"backend": "openai", "provider": "loopback", "model": "m"}
        server = {"base_url": base_url, "api_key_env": api_key_env}
        self.params["runtime"]["servers"][model["server"]] = server
        return server

    def arguments(self) -> list[str]:
        """Write params.yaml and return the command's words."""
        (self.folder / "params.yaml").write_text(json.dumps(self.params), encoding="utf-8")
        return self.command.format_map(vars(self)).split()

    def run(self, **environment: str) -> Run:
        """Run the stage in this process: a second cheaper than a new one."""
        app = importlib.import_module(f"domaintune.{self.stage}.__main__").app
        out, err = io.StringIO(), io.StringIO()
        arguments, code = self.arguments(), 0
        with (
            contextlib.chdir(self.folder),
            mock.patch.dict(os.environ, {"DOMAINTUNE_LEDGER": str(self.ledger)} | environment),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            try:
                guarded(lambda: app(arguments, standalone_mode=False))
            except SystemExit as left:
                code = int(left.code or 0)
        return Run(code, out.getvalue(), err.getvalue())

    def passes(self, **environment: str) -> Run:
        """Run the stage, which must succeed."""
        done = self.run(**environment)
        assert done.returncode == 0, done.stderr
        return done

    def fails(self, *told: str, **environment: str) -> str:
        """Run the stage, which must stop with a message that holds all of these, wrapped or not; return the message."""
        done = self.run(**environment)
        said = done.stderr + " ".join(done.stderr.split())
        assert done.returncode == 1
        assert "Traceback" not in said
        assert [part for part in told if part not in said] == []
        return done.stderr

    def same_again(self) -> Run:
        """Run the stage once more, which must write the same bytes."""
        first = self.outputs()
        done = self.passes()
        assert self.outputs() == first
        return done

    def outputs(self) -> dict[str, bytes]:
        return {name: (self.folder / name).read_bytes() for name in self.written}

    def nothing_written(self) -> bool:
        return not any((self.folder / name).exists() for name in self.written)

    def books(self) -> dict[str, Any]:
        return dict(json.loads((self.folder / "books.json").read_text(encoding="utf-8")))
