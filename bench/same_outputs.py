"""Which outputs of the starter and the recipes differ between two revisions, in what, and why.

    python bench/same_outputs.py 2c7e50d              # against HEAD, starter and every recipe at size test: about 15 minutes
    python bench/same_outputs.py 2c7e50d --recipe starter --recipe chemistry
    python bench/same_outputs.py --smoke

Each revision is cloned and runs `dvc repro`; what its dvc.lock records is compared by hash. `same_outputs.yaml` names the
reason of each declared difference; a difference without a reason ends with exit status 1.
"""

import fnmatch
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import polars as pl
import typer
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[1]
RECIPES = ("starter", "chemistry", "korean_survey", "koni", "self_guided")
Outs = dict[str, str]
"""Path → md5, as dvc.lock records it."""


class Reason(NamedTuple):
    """Why outputs that match a pattern may differ; `recipes`: null for all."""

    outputs: list[str]
    recipes: list[str] | None
    reason: str

    def holds(self, recipe: str, path: str) -> bool:
        """Tell whether it is about this output."""
        return (self.recipes is None or recipe in self.recipes) and any(
            fnmatch.fnmatch(path, pattern) for pattern in self.outputs
        )


class Clone:
    """A revision in a folder of its own, with a ledger of its own."""

    def __init__(self, folder: Path, revision: str) -> None:
        self.path = folder / "clone"
        subprocess.run(["git", "clone", "-q", str(ROOT), str(self.path)], check=True)
        subprocess.run(
            ["git", "-c", "advice.detachedHead=false", "checkout", "-q", revision], cwd=self.path, check=True
        )
        scripts = Path(sys.executable).parent
        self.env = os.environ | {
            "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(self.path / "src"),
            "DOMAINTUNE_LEDGER": str(folder / "ledger.sqlite3"),
            "HF_HUB_OFFLINE": "1",
        }

    def run(self, *command: str) -> str:
        """Return what a command printed; it is shown when it failed."""
        done = subprocess.run(
            command, cwd=self.path, env=self.env, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise SystemExit(f"{self.path}: {' '.join(command)}\n{(done.stdout + done.stderr)[-4000:]}")
        return done.stdout

    def outputs(self, recipe: str, targets: list[str]) -> Outs:
        """Run a recipe at size test (the starter as it is) and return what dvc.lock records."""
        if recipe != "starter":
            self.run("domaintune", "recipe", "use", recipe, "--size", "test")
        self.run("dvc", "repro", *targets)
        mine = self.run(
            "dvc", "stage", "list", "--name-only"
        ).split()  # dvc.lock keeps paid stages of other recipes
        stages = YAML(typ="safe").load(self.path / "dvc.lock")["stages"]
        return {out["path"]: out["md5"] for name in mine for out in stages.get(name, {}).get("outs", [])}


def told(before: Path, after: Path) -> str:
    """Say in what two versions of an output differ."""
    if before.is_dir():
        names = sorted(
            {p.relative_to(root).as_posix() for root in (before, after) for p in root.rglob("*.*")}
        )
        return "; ".join(
            f"{n}: {one_file(before / n, after / n)}" for n in names if not same(before / n, after / n)
        )
    return one_file(before, after)


def same(before: Path, after: Path) -> bool:
    """Tell whether both exist and hold the same bytes."""
    return before.is_file() and after.is_file() and before.read_bytes() == after.read_bytes()


def one_file(before: Path, after: Path) -> str:
    """Say in what two files differ: columns and rows, keys, or bytes."""
    if not (before.is_file() and after.is_file()):
        return "only before" if before.is_file() else "only after"
    if before.suffix == ".parquet":
        return columns(pl.read_parquet(before), pl.read_parquet(after))
    if before.suffix == ".json":
        return (
            ", ".join(keys(json.loads(before.read_bytes()), json.loads(after.read_bytes()), ""))
            or "order of keys"
        )
    return f"{before.stat().st_size} and {after.stat().st_size} bytes"


def columns(before: pl.DataFrame, after: pl.DataFrame) -> str:
    """Say which columns are gone, new or different, and how many rows there are."""
    gone = [f"-{name}" for name in before.columns if name not in after.columns]
    new = [f"+{name}" for name in after.columns if name not in before.columns]
    rows = [] if len(before) == len(after) else [f"{len(before)} and {len(after)} rows"]
    both = (
        [] if rows else [n for n in before.columns if n in after.columns and not before[n].equals(after[n])]
    )
    return ", ".join([*rows, *gone, *new, *both]) or "types or order of columns"


def keys(before: Any, after: Any, path: str) -> Iterator[str]:
    """Yield the paths at which two JSON values differ."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key in sorted({*before, *after}):
            yield from keys(before.get(key), after.get(key), f"{path}.{key}" if path else key)
    elif before != after:
        yield path


def compared(recipe: str, before: Clone, after: Clone, targets: list[str], reasons: list[Reason]) -> int:
    """Print a recipe's differences with their reasons; return how many have none."""
    old, new = before.outputs(recipe, targets), after.outputs(recipe, targets)
    both = sorted(old.keys() & new.keys())
    differ = [path for path in both if old[path] != new[path]]
    typer.echo(f"\n{recipe}: {len(both)} outputs in both, {len(both) - len(differ)} the same to the byte")
    unexplained = 0
    for path in sorted({*differ, *(old.keys() ^ new.keys())}):
        why = next((one.reason for one in reasons if one.holds(recipe, path)), "")
        unexplained += not why
        only = "only before" if path in old else "only after"
        told_as = told(before.path / path, after.path / path) if path in differ else only
        typer.echo(f"  {path}: {told_as[:300]}\n      {why or 'NO REASON'}")
    return unexplained


def main(
    revision: Annotated[str, typer.Argument(help="What HEAD is compared with.")] = "HEAD",
    recipe: Annotated[
        list[str] | None, typer.Option(help="Of these alone; may be given several times.")
    ] = None,
    smoke: Annotated[
        bool, typer.Option("--smoke", help="HEAD with itself, the stage `sample` alone.")
    ] = False,
) -> None:
    """Run both revisions and compare."""
    reasons = [Reason(**one) for one in YAML(typ="safe").load(Path(__file__).with_suffix(".yaml"))]
    with tempfile.TemporaryDirectory() as folder:
        sides = []
        for name, at in (("before", revision), ("after", "HEAD")):
            (Path(folder) / name).mkdir()
            sides.append(Clone(Path(folder) / name, at))
        wanted = ["starter"] if smoke else recipe or RECIPES
        targets = ["sample@nasa"] if smoke else []
        unexplained = sum(compared(one, *sides, targets, reasons) for one in wanted)
    typer.echo(f"\n{unexplained} differences without a reason")
    raise SystemExit(unexplained > 0)


if __name__ == "__main__":
    typer.run(main)
