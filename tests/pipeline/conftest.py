"""Clones of the repository in which the real `dvc` runs the real stages."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from functools import reduce
from operator import getitem
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from committed import copy_repository

from domaintune.cli.params_text import yaml_writer


class Done(NamedTuple):
    """A finished command."""

    out: str
    code: int
    seconds: float

    @property
    def ran(self) -> set[str]:
        """Names of the stages that DVC ran, `check` apart: it runs whenever params.yaml is another one."""
        return set(re.findall(r"Running stage '([^']+)'", self.out)) - {"check"}

    @property
    def stages(self) -> set[str]:
        """The same without their items."""
        return {name.split("@")[0] for name in self.ran}


class Clone:
    """A clone with its own ledger, and the commands a user types in it."""

    def __init__(self, path: Path, ledger: Path) -> None:
        self.path = path
        scripts = str(Path(sys.executable).parent)
        self.env = {
            **os.environ,
            "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(path / "src"),
            "DOMAINTUNE_LEDGER": str(ledger),
            "HF_HUB_OFFLINE": "1",
            "GIT_CONFIG_GLOBAL": str(path.parent / "gitconfig"),
        }

    def run(self, *command: str, fails: bool = False, env: dict[str, str] | None = None) -> Done:
        began = time.monotonic()
        done = subprocess.run(
            command,
            cwd=self.path,
            env={**self.env, **(env or {})},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert (done.returncode != 0) == fails, (
            f"{' '.join(command)} exited {done.returncode}:\n{done.stdout[-6000:]}"
        )
        return Done(done.stdout, done.returncode, time.monotonic() - began)

    def clone(self, folder: Path) -> "Clone":
        """Return a real `git clone` of this clone, with an empty ledger: a teammate."""
        folder.mkdir()
        (folder / "gitconfig").write_text((self.path.parent / "gitconfig").read_text(encoding="utf-8"))
        self.run("git", "clone", "-q", str(self.path), str(folder / "domaintune"))
        return Clone(folder / "domaintune", folder / "ledger.sqlite3")

    def repro(self, *args: str, fails: bool = False, env: dict[str, str] | None = None) -> Done:
        return self.run("dvc", "repro", *args, fails=fails, env=env)

    def recipe(self, name: str, size: str) -> None:
        self.run("domaintune", "recipe", "use", name, "--size", size)

    def put(self, **values: Any) -> None:
        """Set values in params.yaml by their names, with `__` for a dot."""
        yaml, path = yaml_writer(), self.path / "params.yaml"
        params = yaml.load(path.read_text(encoding="utf-8"))
        for name, value in values.items():
            *above, last = name.split("__")
            reduce(getitem, above, params)[last] = value
        with path.open("w", encoding="utf-8") as out:
            yaml.dump(params, out)

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

    def refusal(self, name: str, old: str, new: str) -> str:
        """Return what `dvc repro` says of a bad edit, which is then taken back: one message, no traceback."""
        self.edit(name, old, new)
        said = self.repro(fails=True).out
        self.edit(name, new, old)
        assert "Traceback" not in said
        return said

    def edit(self, name: str, old: str, new: str) -> None:
        path = self.path / name
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{name} does not hold {old!r}"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")


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
