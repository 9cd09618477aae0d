"""`domaintune params`: params.yaml, recipes and catalog files of an earlier version, brought to the present names."""

import re
from collections.abc import Sequence
from functools import reduce
from operator import getitem
from pathlib import Path
from typing import Annotated

import typer

from domaintune.check.sections import SECTIONS
from domaintune.cli.params_text import yaml_writer
from domaintune.core.stage.errors import ParamsError
from domaintune.core.stage.files import replacing
from domaintune.core.stage.params import read_yaml
from domaintune.core.stage.renamed import RENAMED, Renamed, old_names

TEMPLATE = re.compile(r"(\{\{-?\s*)material\b")
"""What the prompt templates of rubrics, grades and translations called the `context`."""
app = typer.Typer(help="Bring params.yaml to this version.", no_args_is_help=True)


@app.command()
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
            with replacing(path) as temporary:
                temporary.write_bytes(changed.encode())
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
