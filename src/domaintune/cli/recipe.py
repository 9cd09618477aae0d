"""`domaintune recipe` and `params`: a study's values and present names, written into params.yaml, the one truth."""

import re
import subprocess
import sys
from collections.abc import Collection, Mapping, Sequence
from functools import reduce
from operator import getitem
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from pydantic import Field

from domaintune.check.sections import SECTIONS
from domaintune.cli.params_text import REPLACED, applied, dumped, yaml_writer
from domaintune.core.stage.errors import ParamsError
from domaintune.core.stage.files import write_text
from domaintune.core.stage.params import Params, parse, read_yaml
from domaintune.core.stage.renamed import RENAMED, Renamed, old_names

app = typer.Typer(help="List, show and use the studies' values.", no_args_is_help=True)
params = typer.Typer(help="Bring params.yaml to this version.", no_args_is_help=True)
Size = Literal["study", "laptop", "starter", "test"]
FOLDER = Path("recipes")
SHIPPED = "nasa_rnd"
"""The recipe whose starter is the params.yaml that ships."""
PAID = "data/responses/"
"""Where stages keep the answers they paid for: a teammate who pulled has them nowhere else, so their entries stay."""
TEMPLATE = re.compile(r"(\{\{-?\s*)material\b")
"""What the prompt templates of rubrics, grades and translations called the `context`."""
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
    """What the repository holds alone can run in a few minutes on 2 cores."""
    laptop: dict[str, Any]
    """Overlay on `starter`: a real model on real files that a user brings, within 40 minutes on 2 cores."""
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
def show(name: str, size: Size = "study") -> None:
    """Print the values of a recipe and where they are from."""
    recipe = load(name, size)
    typer.echo(f"# {recipe.title}\n# Source: {recipe.source}")
    for note in recipe.notes:
        typer.echo(f"# {note}")
    typer.echo(dumped(overlay(recipe, size)), nl=False)


@app.command()
def use(name: str, size: Size = "starter") -> None:
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


def load(name: str, size: Size = "study") -> Recipe:
    """Read a recipe file; `{size}` in its paths is the folder of a smaller size's files."""
    path = FOLDER / f"{name}.yaml"
    if not path.is_file():
        known = ", ".join(sorted(p.stem for p in FOLDER.glob("*.yaml")))
        raise ParamsError(f"recipe {name}: not found; there are {known or 'none in this folder'}")
    read_yaml(path)  # says what is wrong with the file, where ruamel's round-trip loader would raise
    text = path.read_text(encoding="utf-8").replace("{size}", size)
    return parse(path, "recipe", Recipe, dict(yaml_writer().load(text)))


def overlay(recipe: Recipe, size: Size) -> dict[str, Any]:
    """Return the sections a size sets; `laptop` and `test` are `starter` with some values over it."""
    if size == "study":
        return recipe.study
    values = dict(recipe.starter)
    for section, names in (recipe.test_without if size == "test" else {}).items():
        if other := sorted(set(names) - set(values[section])):
            raise ParamsError(f"recipe: test_without.{section}: {other} are not entries of starter.{section}")
        values[section] = {key: entry for key, entry in values[section].items() if key not in names}
    return merged(values, {"laptop": recipe.laptop, "test": recipe.test}.get(size, {}))


def merged(
    base: Mapping[str, Any], over: Mapping[str, Any], replaced: Collection[str] = REPLACED
) -> dict[str, Any]:
    """Merge two overlays: sections of named entries are replaced, all else is merged value by value."""
    result = {**base, **over}
    for key in base.keys() & over.keys() - set(replaced):
        if isinstance(base[key], Mapping) and isinstance(over[key], Mapping):
            result[key] = merged(base[key], over[key], ())
    return result


def written(text: str, name: str, size: Size) -> str:
    """Return the text of params.yaml as a recipe at a size has it, whatever recipe or experiment was there before.

    A value that the recipe does not name, but another one may have set, becomes the one that ships.
    """
    starter = load(SHIPPED, "starter").starter
    shipped = {key: value for key, value in starter.items() if key not in REPLACED}
    return applied(text, merged(shipped, overlay(load(name, size), size)))


def forget_stages(root: Path) -> None:
    """Take the entries out of dvc.lock that no stage of dvc.yaml has now.

    DVC parses the whole file, in Python, at every stage it runs.
    What those stages made stays in DVC's cache and run cache, so that it comes back with its recipe. A stage that pays
    has no run cache: its entry stays.
    """
    lock = root / "dvc.lock"
    if not lock.exists():
        return
    sections, stages = read_yaml(root / "params.yaml"), set[str]()
    for name, entry in read_yaml(root / "dvc.yaml")["stages"].items():
        items = entry.get("foreach")  # a mapping, or a section of params.yaml
        keys = sections[items.strip("${}")] if isinstance(items, str) else items
        stages |= {name} if keys is None else {f"{name}@{key}" for key in keys}
    head, *rest = STAGE.split(lock.read_text(encoding="utf-8"))
    entries = zip(rest[::2], rest[1::2], strict=True)
    kept = [f"  {name}:{body}" for name, body in entries if name in stages or PAID in body]
    write_text(lock, "".join([head, *kept]))


@params.command()
def upgrade(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Default: params.yaml, recipes/ and catalog/.")
    ] = None,
) -> None:
    """Rewrite former names of parameters in place; comments and all other bytes stay as they are."""
    folders = (path for pattern in ("recipes/*.yaml", "catalog/*/*.yaml") for path in Path().glob(pattern))
    for path in files or [Path("params.yaml"), *sorted(folders)]:
        read_yaml(path)
        text = path.read_bytes().decode()
        changed = upgraded(text, path)
        if changed != text:
            write_text(path, changed)
        typer.echo(f"{path}: {'rewritten' if changed != text else 'as it should be'}")


def upgraded(text: str, path: Path, table: Sequence[Renamed] = RENAMED) -> str:
    """Return the text of a file with the present names in the place of former ones."""
    document = yaml_writer().load(text)
    # as the loader names the file: params.yaml not at all, a rubric or grade by its own name
    own = "recipe" if "study" in document else "task" if "makes" in document else path.stem
    where = () if document.keys() & set(SECTIONS) else (own,)
    lines = re.split(r"(?<=\n)", text)
    places = {}
    for keys, one in old_names(document, where, table):
        parent = reduce(getitem, keys[:-1], document)
        if one.value is None and one.new in parent:
            raise ParamsError(f"{path}: {'.'.join(keys)}: {one.new} stands beside it; remove one of them")
        places[(parent.lc.key if one.value is None else parent.lc.value)(keys[-1])] = keys, one
    for (line, column), (keys, one) in sorted(places.items(), reverse=True):
        quote = column + (lines[line][column] in "\"'")
        if not lines[line].startswith(one.old, quote):
            raise ParamsError(
                f"{path}: {'.'.join(keys)}: write {one.new} in the place of {one.old} yourself: "
                "it is written in a form that cannot be rewritten"
            )
        lines[line] = lines[line][:quote] + one.new + lines[line][quote + len(one.old) :]
    changed = "".join(lines)
    return TEMPLATE.sub(r"\1context", changed) if where == (path.stem,) else changed
