"""Clones of the repository in which the real `dvc` runs the real stages."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from functools import reduce
from operator import getitem
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from committed import copy_repository, edit
from ruamel.yaml import YAML

from domaintune.cli.params_text import yaml_writer


class Said(str):
    """What a command printed, to stdout and stderr."""

    __slots__ = ()

    @property
    def ran(self) -> set[str]:
        """Names of the stages that DVC ran, `check` apart: it runs whenever params.yaml is another one."""
        return set(re.findall(r"Running stage '([^']+)'", self)) - {"check"}

    @property
    def stages(self) -> set[str]:
        """The same without their items."""
        return {name.split("@")[0] for name in self.ran}


class Clone:
    """A clone with its own ledger, and the commands a user types in it."""

    def __init__(self, path: Path, ledger: Path) -> None:
        self.path = path
        self.env = os.environ | {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "PYTHONPATH": str(path / "src"),
            "DOMAINTUNE_LEDGER": str(ledger),
            "GIT_CONFIG_GLOBAL": str(path.parent / "gitconfig"),
        }

    def run(self, *command: str, fails: bool = False) -> Said:
        both = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        done = subprocess.run(command, cwd=self.path, env=self.env, text=True, check=False, **both)
        told = f"{' '.join(command)} exited {done.returncode}:\n{done.stdout[-6000:]}"
        assert (done.returncode != 0) == fails, told
        assert "Traceback" not in done.stdout
        return Said(done.stdout)

    def edit(self, name: str, old: str, new: str) -> None:
        edit(self.path / name, old, new)

    def put(self, **values: Any) -> None:
        """Set values in params.yaml by their names, with `__` for a dot."""
        params = yaml_writer().load(self.path / "params.yaml")
        for name, value in values.items():
            *above, last = name.split("__")
            reduce(getitem, above, params)[last] = value
        yaml_writer().dump(params, self.path / "params.yaml")

    def clone(self, folder: Path) -> "Clone":
        """Return a real `git clone` of this clone, with an empty ledger: a teammate."""
        folder.mkdir()
        (folder / "gitconfig").write_text((self.path.parent / "gitconfig").read_text(encoding="utf-8"))
        self.run("git", "clone", "-q", str(self.path), str(folder / "domaintune"))
        return Clone(folder / "domaintune", folder / "ledger.sqlite3")

    def repro(self, *args: str, fails: bool = False) -> Said:
        return self.run("dvc", "repro", *args, fails=fails)

    def recipe(self, name: str) -> None:
        """Set the values of a study at the size for tests: random weights, with the real model's tokenizer."""
        self.run("domaintune", "recipe", "use", name, "--size", "test")

    def table(self, name: str) -> pl.DataFrame:
        return pl.read_parquet(self.path / "data" / name)

    def json(self, name: str) -> Any:
        return json.loads((self.path / name).read_text(encoding="utf-8"))

    def locked(self) -> dict[str, dict[str, str]]:
        """Return stage → path → hash of each out in dvc.lock."""
        stages = YAML(typ="safe").load(self.path / "dvc.lock")["stages"]
        return {
            name: {out["path"]: out["md5"] for out in stage.get("outs", [])} for name, stage in stages.items()
        }

    def ask(self, base_url: str, *who: str, **model: str) -> None:
        """Have these (teacher, judge, grade) ask a server for answers."""
        for name in who:
            section = "teacher" if name == "teacher" else f"{name}__model"
            self.put(**{f"{section}__{key}": value for key, value in {"backend": "openai", **model}.items()})
            if name != "grade":
                self.put(**{f"runtime__servers__{name}__base_url": base_url})

    def commit(self) -> None:
        self.run("git", "add", "-A")
        self.run("git", "commit", "-qm", "state", "--allow-empty")

    def restore(self) -> None:
        """Go back to the last commit; DVC stages dvc.lock, so a checkout would not bring it back."""
        self.run("git", "reset", "-q", "--hard")
        self.run("dvc", "checkout", "-q")


@pytest.fixture(scope="session")
def new_clone(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Clone]:
    """Return a function that makes a clone in which nothing ran, whatever a user ran in the repository.

    Clones share one DVC cache, so what one has made (sample corpora, the foundation model) the next takes from the run
    cache; one that is `alone` makes everything itself. Stages that pay (persist) have no run cache and always run.
    """
    cache = tmp_path_factory.mktemp("cache")

    def make(*, alone: bool = False) -> Clone:
        base = tmp_path_factory.mktemp("clone")
        (base / "gitconfig").write_text(
            "[user]\nname = A\nemail = a@example.org\n[init]\ndefaultBranch = main\n"
        )
        clone = Clone(base / "domaintune", base / "ledger.sqlite3")
        copy_repository(clone.path)
        if not alone:
            (clone.path / ".dvc/config.local").write_text(f"[cache]\n    dir = {cache}\n")
        clone.run("git", "init", "-q")
        clone.commit()
        return clone

    return make
