"""What `python -m domaintune.<stage>` does around its work: command line, versions, lock, errors. It shapes no row."""

import errno
import fcntl
import os
import re
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated, Any

import psutil
import typer

from domaintune.core.stage.errors import BusyError, DomaintuneError, ParamsError, VersionError
from domaintune.core.stage.params import KEY_PATTERN
from domaintune.core.stage.progress import told


def check_installed(excerpt: Path) -> None:
    """Compare an excerpt of the lock file with what is installed; torch 2.13.0+cu130 satisfies torch==2.13.0."""
    if not excerpt.is_file():
        raise VersionError(f"{excerpt}: not found. Run `make lock` to write it from the lock file.")
    wrong = []
    for line in excerpt.read_text(encoding="utf-8").splitlines():
        name, _, locked = line.partition("==")
        try:
            installed = version(name)
        except PackageNotFoundError:
            installed = "not at all"
        if installed.split("+")[0] != locked:
            wrong.append(f"{name}: locked {locked}, installed {installed}")
    if wrong:
        raise VersionError(
            f"{excerpt}: the environment differs from the lock file:\n  " + "\n  ".join(wrong) + "\n"
            "Run `make setup` to install the locked versions, or `make lock` to lock the installed ones."
        )


def with_key(word: str) -> str:
    """Return a word of a command of dvc.yaml, `@key` replaced by the name of the entry that DVC runs the stage for.

    DVC pastes `${key}` unquoted into a line that a shell reads; the variable DVC_STAGE (`ingest@tests`) no shell reads.
    """
    if KEY not in word:
        return word
    stage = os.environ.get("DVC_STAGE", "")
    key = stage.rpartition("@")[2] if "@" in stage else ""
    if not re.fullmatch(KEY_PATTERN, key):
        raise ParamsError(
            f"{word}: DVC_STAGE is {stage!r}, not stage@name with a name that matches {KEY_PATTERN}. "
            "Run `dvc repro`, or put DVC_STAGE=stage@name before the command."
        )
    return word.replace(KEY, key)


KEY = "@key"
Given = Annotated[Path, typer.Option(parser=lambda word: Path(with_key(word)), metavar="PATH")]
"""A path on a stage's command line."""
Named = Annotated[str, typer.Option(parser=with_key, metavar="NAME")]
"""A name on a stage's command line."""
GIVEN: dict[str, Any] = {}
"""The words of this process's command line, by their options."""
STATE = Path(".domaintune")
FULL = (errno.ENOSPC, errno.EDQUOT)
CLOSED = (errno.EACCES, errno.EPERM, errno.EROFS)
SHELLS = {"sh", "bash", "dash", "zsh"}


def stage_app(main: Callable[..., None], module: str) -> typer.Typer:
    """Return the command line of a stage, and run it where `module` is the one that `python -m` started."""

    @wraps(main)
    def remembered(**words: Any) -> None:
        GIVEN.clear()
        GIVEN.update(words)
        main(**words)

    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    app.command()(remembered)
    if module == "__main__":
        guarded(app)
    return app


@contextmanager
def running(stage: str, item: str) -> Iterator[None]:
    """Check the versions in locks/<stage>.txt, hold the stage's lock, end with the parent, and tell what came of it."""
    check_installed(Path("locks", f"{stage}.txt"))
    path = STATE / "locks" / f"{stage}.{item}"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            handle.seek(0)
            raise BusyError(
                f"{stage} ({item}): process {handle.read().strip() or 'unknown'} is already running this stage in "
                "this folder. Wait for it, or stop it, and run `dvc repro` again."
            ) from error
        handle.truncate(0)
        handle.write(str(os.getpid()))
        handle.flush()
        end_with_parent()
        with told(stage, item, str([(one.pid, one.create_time()) for one in _watched()[-1:]]), GIVEN):
            yield


def end_with_parent(poll_s: float = 0.5) -> None:
    """Leave when the process that started this one is gone.

    kill -9 on dvc would leave its stage running, holding the outputs of the next run. Where a shell stands
    between dvc and the stage, the shell's parent is watched too.
    """
    parent, watched = os.getppid(), _watched()

    def watch() -> None:
        while os.getppid() == parent and all(map(_alive, watched)):
            time.sleep(poll_s)
        os._exit(75)

    threading.Thread(target=watch, daemon=True, name="end-with-parent").start()


def guarded(main: Callable[[], None]) -> None:
    """Run a command line; print what a user can mend as one message, without a traceback, and exit with 1."""
    try:
        main()
    except DomaintuneError as error:
        sys.stderr.write(f"error: {error}\n")
        sys.exit(1)
    except OSError as error:
        if error.errno not in (*FULL, *CLOSED):
            raise
        where = error.filename or "one of the stage's files"
        done, advice = "opened", "Give yourself the right to it, or work in a folder that is yours,"
        if error.errno in FULL:
            done, advice = "written", "Free some space"
        sys.stderr.write(f"error: {where}: could not be {done} ({error.strerror}). {advice} and run again.\n")
        sys.exit(1)


def _watched() -> list[psutil.Process]:
    """Return the process that started this one, and its parent where it is a shell: `dvc` comes last."""
    parents: list[psutil.Process] = psutil.Process().parents()[:2]
    return parents if parents and parents[0].name() in SHELLS else parents[:1]


def _alive(process: psutil.Process) -> bool:
    """Tell whether a process runs; one that ended and whose parent has not asked yet (a zombie) does not."""
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
