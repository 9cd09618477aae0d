"""The project once more, in links: stages run there as `dvc repro` would run them, and the project stays as it is."""

import os
import shlex
import shutil
from collections.abc import Callable, Collection
from contextlib import chdir, redirect_stdout
from filecmp import cmp
from importlib import import_module
from io import StringIO
from pathlib import Path
from typing import Any, Literal

from domaintune.core.paying.counting import Counting, counting
from domaintune.core.stage.errors import GateError, InputError
from domaintune.core.stage.running import STATE

State = Literal["there", "made", "waits"]
"""A stage that would not run; that ran here; that cannot before somebody answers or a model is trained."""
MODELS = {"foundation", "vocabulary", "mix", "train", "answer", "benchmark"}
DEEP = ("in",) * 6
"""Folders above the links, so that `../corpus` has its place."""


class Overlay:
    """Runs a stage with the stages before it that would run, so that its requests can be counted."""

    def __init__(self, folder: Path, asks: Callable[[str], Any]) -> None:
        """Make the links in a folder; `asks` tells whether a stage asks somebody who is paid."""
        from dvc.exceptions import DvcException
        from dvc.repo import Repo

        self._root, self._asks, self._states = folder.joinpath(*DEEP), asks, dict[str, State]()
        self.counted: dict[str, Counting] = {}
        try:
            with Repo() as repo:
                self._changed = repo.status()
                self.stages = {one.addressing: one for one in repo.index.stages if one.cmd}
        except DvcException as error:
            raise InputError(f"dvc.yaml: `dvc status` fails here: {error}. Mend that first.") from error
        outs = [out for one in self.stages.values() for out in paths(one.outs)]
        own = {parent for out in [*outs, STATE / "responses" / "any"] for parent in out.parents}
        link(Path.cwd(), self._root, own)
        for dep in {dep for one in self.stages.values() for dep in paths(one.deps) if dep.parts[0] == ".."}:
            place(dep.resolve(), Path(os.path.normpath(self._root / dep)))

    def before(self, name: str) -> list[str]:
        """Return the stages whose outputs a stage reads; one that asks a server reads no weights."""
        deps, served = paths(self.stages[name].deps), bool(self._asks(name))
        read = [dep for dep in deps if not (served and dep.parts[0] == "models")]
        pairs = {n: [(out, dep) for out in paths(one.outs) for dep in read] for n, one in self.stages.items()}
        return [
            n for n, own in pairs.items() if any(a.is_relative_to(b) or b.is_relative_to(a) for a, b in own)
        ]

    def state(self, name: str) -> State:
        """Return the state of a stage, after those before it ran here that would and can."""
        if name not in self._states:
            self._states[name] = self._state(name)
        return self._states[name]

    def _state(self, name: str) -> State:
        if "waits" in [self.state(other) for other in self.before(name)]:
            return "waits"
        if name not in self._changed and all(same(self._root / d, d) for d in paths(self.stages[name].deps)):
            return "there"
        if name.partition("@")[0] in MODELS and not self._asks(name):
            return "waits"
        self.counted[name] = Counting()
        self.run(name, self.counted[name])
        return "waits" if self.counted[name].missing else "made"

    def run(self, name: str, by: Counting) -> None:
        """Run a stage here; that a gate closes because nobody answered says nothing."""
        for out in self.stages[name].outs:
            path = self._root / out.def_path
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            elif not out.persist:
                path.unlink(missing_ok=True)
        os.environ["DVC_STAGE"] = name
        module, *words = shlex.split(self.stages[name].cmd)[2:]
        with chdir(self._root), redirect_stdout(StringIO()), counting(by):
            try:
                import_module(f"{module}.__main__").app(words, standalone_mode=False)
            except (GateError, InputError):
                if not by.missing:
                    raise


def paths(those: Any) -> list[Path]:
    """Return the paths of DVC's outs or deps."""
    return [Path(one.def_path) for one in those]


def link(source: Path, target: Path, own: Collection[Path], at: Path = Path()) -> None:
    """Fill a folder with links; the folders in `own`, in which stages write, are folders there, too."""
    target.mkdir(parents=True)
    for path in source.iterdir():
        if (inner := at / path.name) in own and path.is_dir():
            link(path, target / path.name, own, inner)
        elif at != STATE:
            place(path, target / path.name)


def place(path: Path, at: Path) -> None:
    """Link to a path: hard to a file where that can be, because links out of a source's folder are not followed."""
    at.parent.mkdir(parents=True, exist_ok=True)
    try:
        at.hardlink_to(path.resolve())
    except OSError:
        at.symlink_to(path)


def same(one: Path, other: Path) -> bool:
    """Tell whether two files or folders hold the same bytes, or are both not there."""
    if not (one.exists() and other.exists()) or one.samefile(other):
        return one.exists() == other.exists()
    if one.is_dir() and other.is_dir():
        return all(same(one / p.name, other / p.name) for p in (*one.iterdir(), *other.iterdir()))
    return one.is_file() and other.is_file() and cmp(one, other, shallow=False)
