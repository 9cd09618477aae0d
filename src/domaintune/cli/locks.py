"""`domaintune lock`: the tested set of libraries, and the excerpts that stages depend on."""

import re
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, packages_distributions, requires
from pathlib import Path
from typing import Any

import typer

from domaintune.check.code import reached, read_sources, stages_of
from domaintune.core.stage.errors import VersionError
from domaintune.core.stage.files import write_text

LOCK = "requirements.lock"
NAME = re.compile(r"^[A-Za-z0-9._-]+")


def lock() -> None:
    """Write requirements.lock and locks/*.txt from what is installed."""
    root = Path()
    command = [sys.executable, "-m", "pip", "freeze", "--exclude-editable", "--exclude", "domaintune"]
    frozen = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    lines = sorted(
        {re.sub(r"\+.*$", "", line) for line in frozen.splitlines() if "==" in line}, key=str.lower
    )
    head = "# The tested set; `make lock` writes it from the environment."
    write_text(root / LOCK, "\n".join([head, *lines]) + "\n")
    for path, text in excerpts(root, read_sources(root / "src")).items():
        write_text(root / path, text)
    typer.echo(f"{LOCK} and locks/: {len(lines)} libraries")


def excerpts(root: Path, sources: Mapping[str, str]) -> dict[Path, str]:
    """Return what each locks/<stage>.txt must hold: name==version of what a stage imports, and of what that needs."""
    settings = lock_settings(root)
    lines = (root / LOCK).read_text(encoding="utf-8").splitlines()
    locked = {canonical(line.split("==")[0]): line for line in lines if "==" in line}
    if missing := sorted(set(settings["shape"]) - set(locked)):
        raise VersionError(
            f"{LOCK}: lacks {', '.join(missing)}. Run `.venv/bin/pip install {' '.join(missing)}`, then `make lock`."
        )
    result = {}
    for stage in stages_of(sources):
        imported = {owner for name in reached(sources, stage).libraries for owner in owners_of(name)}
        names = {need for name in imported & set(settings["shape"]) for need in _needs(name)}
        names |= {other for name in names for other in settings["with"].get(name, ())}
        lines = [f"{locked[name]}\n" for name in sorted(names & set(settings["shape"]))]
        result[Path("locks", f"{stage}.txt")] = "".join(lines)
    return result


def owners_of(library: str) -> set[str]:
    """Return the distributions that provide an import name; none for the standard library."""
    return {canonical(owner) for owner in _distributions().get(library, [])}


_distributions = cache(packages_distributions)


@cache
def _needs(library: str) -> frozenset[str]:
    """Return a library and all that it requires to be installed, extras apart."""
    found, waiting = set(), [library]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        try:
            required = requires(name) or []
        except PackageNotFoundError:  # for another platform or Python
            continue
        waiting += [
            canonical(word) for line in required if "extra ==" not in line for word in NAME.findall(line)
        ]
    return frozenset(found)


def lock_settings(root: Path) -> dict[str, Any]:
    """Return what pyproject.toml says of libraries on which a result depends, or does not, by canonical name."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    settings: dict[str, Any] = project["tool"]["domaintune"]["locks"]
    return settings


def canonical(name: str) -> str:
    """Return a distribution's canonical name. Source: PEP 503."""
    return re.sub(r"[-_.]+", "-", name).lower()
