"""Compose one starter corpus."""

from pathlib import Path
from typing import Annotated

import typer

from domaintune.core.stage.accounting import Accounts
from domaintune.core.stage.files import write_text
from domaintune.core.stage.params import load_item, load_value
from domaintune.core.stage.running import guarded, running
from domaintune.sample.composing import compose
from domaintune.sample.params import AnyCorpus

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
Given = Annotated[Path, typer.Option()]


@app.command()
def main(params: Given, corpus: Annotated[str, typer.Option()], out: Given, accounting: Given) -> None:
    """Compose one starter corpus from phrase tables."""
    with running("sample", corpus, Path("locks/tables.txt")):
        seed = load_value(params, "seed", int)
        composed = compose(seed, corpus, load_item(params, AnyCorpus, corpus).chosen)
        accounts = Accounts("sample", corpus, "rows composed")
        accounts.rows_in = accounts.kept = sum(composed.rows.values())
        for name, text in sorted(composed.files.items()):
            write_text(out / name, text)
        accounts.write(accounting)


if __name__ == "__main__":
    guarded(app)
