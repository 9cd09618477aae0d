"""`domaintune recipe`: a study's values, written into params.yaml, which stays the one source of truth."""

import re
import subprocess
import sys
from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from pydantic import Field

from domaintune.cli.params_text import REPLACED, applied, dumped, yaml_writer
from domaintune.core.stage.errors import ParamsError
from domaintune.core.stage.files import write_text
from domaintune.core.stage.params import Params, parse, read_yaml

app = typer.Typer(help="List, show and use the studies' values.", no_args_is_help=True)
Size = Literal["study", "starter", "test"]
FOLDER = Path("recipes")
SHIPPED = "nasa_rnd"
"""The recipe whose starter is the params.yaml that ships."""
PAID = "data/responses/"
"""Where stages keep the answers they paid for: a teammate who pulled has them nowhere else, so their entries stay."""
STAGE = re.compile(r"^  (\S+):$", re.MULTILINE)


class Recipe(Params):
    """One recipe file: a study's values and its shape at smaller sizes."""

    section = "recipe"
    title: str
    source: str
    """Where the values are from: authors, year, section or table."""
    notes: list[str]
    """What a user must bring: data, keys, GPU memory."""
    study: dict[str, Any]
    starter: dict[str, Any]
    """Overlay for a laptop: a few minutes on 2 cores."""
    test: dict[str, Any]
    """Overlay on `starter`: the whole graph in about a minute."""
    test_without: dict[str, list[str]] = Field(default={})
    """Section → entries of `starter` that size test leaves out."""


@app.command("list")
def list_recipes() -> None:
    """List the recipes."""
    for path in sorted(FOLDER.glob("*.yaml")):
        typer.echo(f"{path.stem:<16}{load(path.stem).title}")


@app.command()
def show(name: str, size: Annotated[Size, typer.Option(help="study, starter or test.")] = "study") -> None:
    """Print the values of a recipe and where they are from."""
    recipe = load(name)
    typer.echo(f"# {recipe.title}\n# Source: {recipe.source}")
    for note in recipe.notes:
        typer.echo(f"# {note}")
    typer.echo(dumped(overlay(recipe, size)), nl=False)


@app.command()
def use(name: str, size: Annotated[Size, typer.Option(help="study, starter or test.")] = "starter") -> None:
    """Write a recipe's values into params.yaml, keep the comments, let DVC remove what no entry owns."""
    path = Path("params.yaml")
    read_yaml(path)
    write_text(path, written(path.read_text(encoding="utf-8"), name, size))
    typer.echo(f"params.yaml: {name}, size {size}")
    command = [sys.executable, "-m", "dvc", "checkout", "--allow-missing"]  # a new clone has no cache yet
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        typer.echo(f"dvc checkout: {done.stderr.strip()}", err=True)
    forget_stages(Path())
    typer.echo("next: dvc repro")


def load(name: str) -> Recipe:
    """Read a recipe file.

    Raises:
        ParamsError: no such recipe, or unknown keys.
    """
    path = FOLDER / f"{name}.yaml"
    if not path.is_file():
        known = ", ".join(sorted(p.stem for p in FOLDER.glob("*.yaml")))
        raise ParamsError(f"recipe {name}: not found; there are {known or 'none in this folder'}")
    read_yaml(path)  # says what is wrong with the file, where ruamel's round-trip loader would raise
    return parse(path, "recipe", Recipe, dict(yaml_writer().load(path.read_text(encoding="utf-8"))))


def overlay(recipe: Recipe, size: Size) -> dict[str, Any]:
    """Return the sections a size sets; `test` is `starter` with some values over it, `{size}` in a path is the size."""
    if size == "study":
        return recipe.study
    values: dict[str, Any] = _of_size(recipe.starter, size)
    if size == "starter":
        return values
    for section, names in recipe.test_without.items():
        if other := sorted(set(names) - set(values[section])):
            raise ParamsError(f"recipe: test_without.{section}: {other} are not entries of starter.{section}")
        values[section] = {key: entry for key, entry in values[section].items() if key not in names}
    return merged(values, _of_size(recipe.test, size))


def _of_size(values: Any, size: Size) -> Any:
    """Return the values with `{size}` in their texts filled in; the files of a recipe lie in a folder a size."""
    if isinstance(values, str):
        return values.replace("{size}", size)
    filled = deepcopy(values)
    if isinstance(values, dict | list):
        for key, value in values.items() if isinstance(values, dict) else enumerate(values):
            filled[key] = _of_size(value, size)
    return filled


def merged(base: Mapping[str, Any], over: Mapping[str, Any], depth: int = 0) -> dict[str, Any]:
    """Merge two overlays: sections of named entries are replaced, all else is merged value by value."""
    result = dict(base)
    for key, value in over.items():
        replace = depth == 0 and key in REPLACED
        old = result.get(key)
        if isinstance(old, Mapping) and isinstance(value, Mapping) and not replace:
            value = merged(old, value, depth + 1)  # noqa: PLW2901 the merged value takes the place of the new one
        result[key] = value
    return result


def written(text: str, name: str, size: Size) -> str:
    """Return the text of params.yaml as a recipe at a size has it, whatever recipe or experiment was there before.

    A value that the recipe does not name, but another one may have set, becomes the one that ships.
    """
    shipped = {key: value for key, value in overlay(load(SHIPPED), "starter").items() if key not in REPLACED}
    return applied(text, merged(shipped, overlay(load(name), size)))


def forget_stages(root: Path) -> int:
    """Take the entries out of dvc.lock that no stage of dvc.yaml has now; return how many.

    DVC parses the whole file, in Python, at every stage it runs.
    What those stages made stays in DVC's cache and run cache, so that it comes back with its recipe. A stage that pays
    has no run cache: its entry stays.
    """
    lock = root / "dvc.lock"
    if not lock.exists():
        return 0
    params, stages = read_yaml(root / "params.yaml"), set[str]()
    for name, entry in read_yaml(root / "dvc.yaml")["stages"].items():
        items = entry.get("foreach")  # a mapping, or a section of params.yaml
        keys = params[items.strip("${}")] if isinstance(items, str) else items
        stages |= {name} if keys is None else {f"{name}@{key}" for key in keys}
    head, *rest = STAGE.split(lock.read_text(encoding="utf-8"))
    entries = list(zip(rest[::2], rest[1::2], strict=True))
    kept = [f"  {name}:{body}" for name, body in entries if name in stages or PAID in body]
    if len(kept) < len(entries):
        write_text(lock, "".join([head, *kept]))
    return len(entries) - len(kept)
