"""`domaintune recipe`: a study's values, written into params.yaml, which stays the one source of truth."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from functools import reduce
from io import StringIO
from operator import getitem
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from pydantic import Field
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import YAMLError

from domaintune.cli.lock_file import forget_stages
from domaintune.core.stage.errors import ParamsError
from domaintune.core.stage.files import write_text
from domaintune.core.stage.params import Params, parse, read_yaml

app = typer.Typer(help="List, show and use the studies' values.", no_args_is_help=True)
Size = Literal["study", "starter", "test"]
REPLACED = {
    "sample", "sources", "references", "tasks", "sets", "gradings", "models", "vocabulary", "arms", "rubrics",
    "benchmarks",
}  # fmt: skip
FOLDER = Path("recipes")
SHIPPED = "nasa_rnd"
"""The recipe whose starter is the params.yaml that ships."""
WORDS = {"null", "true", "false", "yes", "no", "on", "off"}


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
    command = [sys.executable, "-m", "dvc", "checkout"]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode and "missing-files" not in done.stderr:  # in a new clone nothing is cached yet
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
    """Return the sections a size sets; `test` is `starter` with some values over it."""
    if size == "study":
        return recipe.study
    if size == "starter":
        return recipe.starter
    smaller = dict(recipe.starter)
    for section, names in recipe.test_without.items():
        if unknown := sorted(set(names) - set(smaller[section])):
            raise ParamsError(
                f"recipe: test_without.{section}: {unknown} are no entries of starter.{section}"
            )
        smaller[section] = {key: entry for key, entry in smaller[section].items() if key not in names}
    return merged(smaller, recipe.test)


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

    Raises:
        ParamsError: as `load` and `applied`.
    """
    shipped = {key: value for key, value in overlay(load(SHIPPED), "starter").items() if key not in REPLACED}
    return applied(text, merged(shipped, overlay(load(name), size)))


def applied(text: str, over: Mapping[str, Any]) -> str:
    """Return the text of params.yaml with an overlay written in; comments and other values stay as they are.

    Raises:
        ParamsError: the overlay names a section or parameter that params.yaml does not have, or the file is laid out
            in a way in which a value cannot be set.
    """
    replaced = REPLACED & set(over)
    for key in sorted(replaced):
        text = _replace_block(text, key, over[key])
    done = _loaded(text)
    for key in sorted(replaced):
        if _value(done, (key,)) != over[key]:
            raise ParamsError(
                f"params.yaml: {key}: indent its comments and closing bracket, or write its entries block by block, "
                "then try again"
            )
    return _set_values(text, {key: value for key, value in over.items() if key not in REPLACED})


def _loaded(text: str) -> Any:
    """Return the text's values; None where it is no YAML."""
    try:
        return YAML(typ="safe").load(text)
    except YAMLError:
        return None


def _leaves(
    over: Mapping[str, Any], document: Any, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield what is set where; a mapping that params.yaml has as null or on one line is set as a whole."""
    for key, value in over.items():
        if key not in document:
            raise ParamsError(f"recipe: {'.'.join((*path, key))}: params.yaml has no such parameter")
        if isinstance(value, Mapping) and isinstance(old := document[key], CommentedMap) and not _flows(old):
            yield from _leaves(value, old, (*path, key))
        else:
            yield (*path, key), value


def _place(text: str, parent: CommentedMap, key: str) -> tuple[int, int]:
    """Return line and column of a value; of null, which may be written as nothing at all, those behind the colon."""
    if parent[key] is not None:
        line, column = parent.lc.value(key)
    else:
        line, start = parent.lc.key(key)
        column = text.splitlines()[line].index(":", start + len(key)) + 1
    return line, column


def _flows(value: Any) -> bool:
    return isinstance(value, CommentedMap | CommentedSeq) and bool(value.fa.flow_style())


def _on_one_line(text: str, line: int, column: int) -> str:
    """Join a value's further lines to its first one and leave as many empty ones, so that line numbers hold."""
    lines = text.splitlines(keepends=True)
    end = line + 1
    while end < len(lines) and lines[end].strip() and len(lines[end]) - len(lines[end].lstrip()) > column:
        end += 1
    joined = " ".join(one.strip() for one in lines[line:end])
    first = lines[line][: len(lines[line]) - len(lines[line].lstrip())] + joined + "\n"
    return "".join([*lines[:line], first, *["\n"] * (end - line - 1), *lines[end:]])


def _set_values(text: str, over: Mapping[str, Any]) -> str:
    """Change values where they stand in their lines; ruamel says where that is."""
    document = yaml_writer().load(text)
    wanted = list(_leaves(over, document))
    places = []
    for path, value in wanted:
        parent = reduce(getitem, path[:-1], document)
        if parent[path[-1]] != value or type(parent[path[-1]]) is not type(value):
            if not _flows(parent) and _flows(parent[path[-1]]):
                text = _on_one_line(text, parent.lc.value(path[-1])[0], parent.lc.key(path[-1])[1])
            places.append((_place(text, parent, path[-1]), _flows(parent), value))
    lines = text.splitlines(keepends=True)
    for (line, column), flow, value in sorted(places, key=lambda place: place[0], reverse=True):
        head, rest = lines[line][:column], lines[line][column:]
        end = re.search(r"\s*[,}]|\s+#|\s*$" if flow else r"\s+#|\s*$", rest)
        assert end is not None, "the last alternative always matches"
        space = " " * head.endswith(":")  # DVC writes null as nothing at all
        lines[line] = head + space + inline(value) + rest[end.start() :]
    changed = "".join(lines)
    done = _loaded(changed)
    for path, value in wanted:
        if _value(done, path) != value:
            raise ParamsError(
                f"params.yaml: {'.'.join(path)}: write the present value on one line, then try again"
            )
    return changed


def _value(document: Any, path: tuple[str, ...]) -> Any:
    try:
        return reduce(getitem, path, document)
    except (KeyError, TypeError):
        return None


def inline(value: Any) -> str:
    """Return YAML of a value on one line."""
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{key}: {inline(one)}' for key, one in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(inline, value))}]"
    if isinstance(value, str) and re.fullmatch(r"[A-Za-z][\w./-]*( [\w./-]+)*", value) and value not in WORDS:
        return value
    return json.dumps(value, ensure_ascii=False)


def _replace_block(text: str, key: str, value: Any) -> str:
    lines = text.splitlines(keepends=True)
    start = next((n for n, line in enumerate(lines) if line.startswith(f"{key}:")), None)
    if start is None:
        raise ParamsError(f"recipe: {key}: params.yaml has no such section")
    end = start + 1
    while end < len(lines) and (lines[end].startswith((" ", "\t")) or not lines[end].strip()):
        end += 1
    while not lines[end - 1].strip():  # blank lines within belong to the section, those behind it do not
        end -= 1
    comment = lines[start].partition("#")[2].rstrip("\n")
    head = f"{key}:" + (" {}" if not value else "") + (f"  #{comment}" if comment else "") + "\n"
    body = "".join(f"  {line}" for line in dumped(value).splitlines(keepends=True)) if value else ""
    return "".join([*lines[:start], head, body, *lines[end:]])


def dumped(value: Any) -> str:
    """Return YAML of a value in the style of params.yaml."""
    out = StringIO()
    yaml_writer().dump(value, out)
    return out.getvalue()


def yaml_writer() -> YAML:
    """Return a round-trip YAML that keeps comments, quotes and flow style, and writes null as null."""
    yaml = YAML()
    yaml.width, yaml.preserve_quotes = 4096, True
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.representer.add_representer(type(None), _null)
    return yaml


def _null(representer: Any, _: None) -> Any:
    return representer.represent_scalar("tag:yaml.org,2002:null", "null")
