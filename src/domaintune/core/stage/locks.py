"""Stopping when an installed library is not the locked one: results would change without a dep changing."""

from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from domaintune.core.stage.errors import VersionError


def check_installed(excerpt: Path) -> None:
    """Compare an excerpt of the lock file (name==version lines) with what is installed.

    A local suffix is ignored: torch 2.13.0+cu130 satisfies 2.13.0.

    Raises:
        VersionError: the excerpt is missing, or a library is missing or of another version.
    """
    if not excerpt.is_file():
        raise VersionError(f"{excerpt}: not found. Run `make lock` to write it from the lock file.")
    wrong = []
    for line in excerpt.read_text(encoding="utf-8").splitlines():
        name, _, locked = line.partition("==")
        if not locked or line.startswith("#"):
            continue
        installed = _installed(name)
        if installed is None or installed.split("+")[0] != locked:
            wrong.append(f"{name}: locked {locked}, installed {installed or 'not at all'}")
    if wrong:
        raise VersionError(
            f"{excerpt}: the environment differs from the lock file:\n  " + "\n  ".join(wrong) + "\n"
            "Run `make setup` to install the locked versions, or `make lock` to lock the installed ones."
        )


def _installed(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
