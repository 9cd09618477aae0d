"""`domaintune`: the commands beside `dvc repro`, the short one `costs` itself."""

from typing import Annotated, Any

import typer

from domaintune.cli import (
    answers,
    contract,
    estimate,
    ledger,
    locks,
    models,
    recipe,
    show,
    source,
    stats,
    trace,
)
from domaintune.core.stage.errors import InputError
from domaintune.core.stage.files import read_json
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
ADDED = ("seconds", "requests", "tokens_read", "tokens_written", "tokens_trained", "money")
NOTE = """Requests, tokens and money are those of this run: answers that were paid for before cost nothing. Money is
counted where runtime.servers gives price_in and price_out."""


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


app.add_typer(recipe.app, name="recipe")
app.add_typer(recipe.params, name="params")
app.add_typer(source.app, name="source")
app.add_typer(answers.app, name="answers")
app.add_typer(ledger.app, name="ledger")
app.add_typer(models.app, name="model")
app.add_typer(contract.app, name="contract")
shows = (show.show, trace.trace, show.export, stats.stats)
for command in (*shows, estimate.estimate, costs, models.serve, locks.lock):
    app.command()(command)


def main() -> None:
    """Run the command line; what a user can mend is one message and exit code 1."""
    guarded(app)
