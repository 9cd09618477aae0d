"""`domaintune`: the commands beside `dvc repro`."""

import typer

from domaintune.cli import (
    answers,
    contract,
    costs,
    locks,
    model,
    recipe,
    show,
    source,
    stats,
    trace,
    upgrade,
)
from domaintune.core.stage.running import guarded

app = typer.Typer(
    help="Raw scientific text to a domain language model. The pipeline itself runs with `dvc repro`.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(recipe.app, name="recipe")
app.add_typer(upgrade.app, name="params")
app.add_typer(source.app, name="source")
app.add_typer(answers.app, name="answers")
app.add_typer(model.app, name="model")
app.add_typer(contract.app, name="contract")
app.command()(show.show)
app.command()(trace.trace)
app.command()(show.export)
app.command()(stats.stats)
app.command()(costs.costs)
app.command()(locks.lock)


def main() -> None:
    """Run the command line; what a user can mend is one message and exit code 1."""
    guarded(app)
