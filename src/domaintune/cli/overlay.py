"""The project once more, in links: stages run there as `dvc repro` would run them, and the project stays as it is."""

import os
import shlex
import shutil
import subprocess
from collections.abc import Callable
from contextlib import chdir, redirect_stdout
from importlib import import_module
from io import StringIO
from pathlib import Path
from typing import Any, Literal

from domaintune.core.paying.counting import COUNTING, Counting
from domaintune.core.stage.errors import GateError, InputError
from domaintune.core.stage.running import STATE

State = Literal["there", "made", "waits"]
"""Of a stage: would not run; ran here; cannot before somebody answers or a model is trained."""
WEIGHTS = {"foundation", "vocabulary", "train"}
SLOW = {*WEIGHTS, "mix", "answer", "benchmark"}


class Overlay:
    """Runs a stage with the stages before it that would run, so that its requests can be counted."""

    def __init__(self, folder: Path, asks: Callable[[str], Any]) -> None:
        """Make the links in a folder; `asks` tells whether a stage asks somebody who is paid."""
        from dvc.exceptions import DvcException
        from dvc.repo import Repo

        self._root, self._asks = folder / "1/2/3/4/5/6", asks  # deep, so that ../corpus has its place
        self._states, self.counted = dict[str, State](), dict[str, Counting]()
        try:
            with Repo() as repo:
                self._changed, self._graph = repo.status(), repo.index.graph
                self.stages = {one.addressing: one for one in repo.index.stages if one.cmd}
        except DvcException as error:
            raise InputError(f"dvc.yaml: `dvc status` fails here: {error}. Mend that first.") from error
        shutil.copytree(
            ".", self._root, copy_function=_place, ignore=_left_out, ignore_dangling_symlinks=True
        )
        for dep in {dep.def_path for one in self.stages.values() for dep in one.deps}:
            if dep.startswith(".."):
                _place(dep, os.path.normpath(self._root / dep))

    def before(self, name: str) -> list[str]:
        """Return the stages whose outputs a stage reads; one that asks a server reads no weights."""
        found = [one.addressing for one in self._graph.successors(self.stages[name]) if one.cmd]
        return [one for one in found if not (self._asks(name) and one.partition("@")[0] in WEIGHTS)]

    def state(self, name: str) -> State:
        """Return the state of a stage, after those before it ran here that would and can."""
        if name not in self._states:
            self._states[name] = self._state(name)
        return self._states[name]

    def _state(self, name: str) -> State:
        before = [self.state(other) for other in self.before(name)]
        if "waits" in before:
            return "waits"
        deps = [dep.def_path for dep in self.stages[name].deps] if "made" in before else []
        if name not in self._changed and all(_same(self._root / dep, dep) for dep in deps):
            return "there"
        if name.partition("@")[0] in SLOW and not self._asks(name):
            return "waits"
        self.counted[name] = self.run(name, Counting())
        return "waits" if self.counted[name].missing else "made"

    def run(self, name: str, by: Counting) -> Counting:
        """Run a stage here; that a gate closes because nobody answered says nothing."""
        for path in (self._root / out.def_path for out in self.stages[name].outs if not out.persist):
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        os.environ["DVC_STAGE"] = name
        module, *words = shlex.split(self.stages[name].cmd)[2:]
        COUNTING.set(by)
        try:
            with chdir(self._root), redirect_stdout(StringIO()):
                import_module(f"{module}.__main__").app(words, standalone_mode=False)
        except (GateError, InputError):
            if not by.missing:
                raise
        finally:
            COUNTING.set(None)
        return by


def _left_out(folder: str, names: list[str]) -> list[str]:
    """Return what is hidden, but for the answers that came with the project."""
    if Path(folder) == STATE:
        return [name for name in names if name != "responses"]
    return [name for name in names if name.startswith(".") and Path(folder, name) != STATE]


def _place(path: str, at: str) -> None:
    """Link to a path: hard to a file where that can be, because links out of a source's folder are not followed."""
    Path(at).parent.mkdir(parents=True, exist_ok=True)
    try:
        Path(at).hardlink_to(Path(path).resolve())
    except OSError:
        Path(at).symlink_to(Path(path).resolve())


def _same(one: Path, other: str) -> bool:
    """Tell whether two files or folders hold the same bytes."""
    return subprocess.run(["diff", "-rq", one, other], capture_output=True, check=False).returncode == 0
