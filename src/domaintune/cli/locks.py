"""`domaintune lock`: the tested set of libraries, and the excerpts that stages depend on."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import typer

from domaintune.core.stage.errors import VersionError
from domaintune.core.stage.files import write_text

LOCK = "requirements.lock"


def lock() -> None:
    """Write requirements.lock and locks/*.txt from what is installed."""
    root = Path()
    command = [sys.executable, "-m", "pip", "freeze", "--exclude-editable", "--exclude", "domaintune"]
    frozen = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    lines = sorted(
        {re.sub(r"\+.*$", "", line) for line in frozen.splitlines() if "==" in line},
        key=lambda line: line.lower(),
    )
    write_text(
        root / LOCK,
        "# The tested set; `make lock` writes it from the environment.\n" + "\n".join(lines) + "\n",
    )
    for group, text in excerpts(root).items():
        write_text(root / "locks" / f"{group}.txt", text)
    typer.echo(f"{LOCK}: {len(lines)} libraries; locks/: {', '.join(excerpts(root))}")


def lock_groups(root: Path) -> dict[str, list[str]]:
    """Return the groups of pyproject.toml [tool.domaintune.locks] with canonical names."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    groups: dict[str, list[str]] = project["tool"]["domaintune"]["locks"]
    return {group: [canonical(name) for name in names] for group, names in groups.items()}


def excerpts(root: Path) -> dict[str, str]:
    """Return what each locks/<group>.txt must hold: name==version lines of the lock file, sorted.

    Raises:
        VersionError: a library of a group is not in the lock file.
    """
    lines = (root / LOCK).read_text(encoding="utf-8").splitlines()
    locked = {canonical(line.split("==")[0]): line for line in lines if "==" in line}
    result = {}
    for group, names in lock_groups(root).items():
        if group == "ignored":
            continue
        missing = [name for name in names if name not in locked]
        if missing:
            raise VersionError(
                f"{LOCK}: lacks {missing} of group {group}. Run `.venv/bin/pip install {' '.join(missing)}`, "
                "then `make lock`."
            )
        result[group] = "\n".join(sorted(locked[name] for name in names)) + "\n"
    return result


def excerpt_text(root: Path, group: str) -> str:
    """Return what locks/<group>.txt holds now; empty when there is none."""
    path = root / "locks" / f"{group}.txt"
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def canonical(name: str) -> str:
    """Return a distribution's canonical name. Source: PEP 503."""
    return re.sub(r"[-_.]+", "-", name).lower()
