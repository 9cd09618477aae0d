"""`domaintune costs`: time, memory, tokens, requests and money of the stages that the last `dvc repro` ran."""

from typing import Annotated, Any

import typer

from domaintune.core.stage.errors import InputError
from domaintune.core.stage.files import read_json
from domaintune.core.stage.progress import COSTS
from domaintune.science.evidence.statistics import ResultTable
from domaintune.science.evidence.terminal import as_text

ADDED = {
    "seconds": ",.1f",
    "requests": ",",
    "tokens_read": ",",
    "tokens_written": ",",
    "tokens_trained": ",",
    "money": ",.4f",
}
"""What is added up, and how it is written."""


def costs(
    every: Annotated[
        bool, typer.Option("--all", help="The last run of every stage, whenever it was")
    ] = False,
) -> None:
    """Print what the stages of the last `dvc repro` cost: time, memory, requests, tokens, money."""
    kept = sorted((read_json(path) for path in COSTS.glob("*.json")), key=lambda one: str(one["at"]))
    if not kept:
        raise InputError(f"{COSTS}: no stage has run in this folder since costs are kept. Run `dvc repro`.")
    typer.echo(as_text(table(kept if every else [one for one in kept if one["run"] == kept[-1]["run"]])))


def table(kept: list[dict[str, Any]]) -> ResultTable:
    """Return a row a stage and item in the order in which they ended, and the sum."""
    columns = [name for name in ADDED if any(one.get(name) for one in kept)]
    total = {name: sum(one.get(name, 0) for one in kept) for name in columns}
    total |= {
        "stage": "together",
        "item": "",
        "ended": "",
        "peak_memory_bytes": max(o["peak_memory_bytes"] for o in kept),
    }
    rows = [
        [
            f"{one['stage']} {one['item']}{' (failed)' if one['ended'] == 'failed' else ''}".rstrip(),
            *(format(one[name], ADDED[name]) if one.get(name) else "" for name in columns),
            f"{one['peak_memory_bytes'] / 2**30:.2f}",
        ]
        for one in (*kept, total)
    ]
    notes = [
        "Requests, tokens and money are those of this run: answers that were paid for before cost nothing. "
        "Money is counted where runtime.servers gives price_in and price_out."
    ]
    return ResultTable("", ["stage", *(name.replace("_", " ") for name in columns), "peak GiB"], rows, notes)
