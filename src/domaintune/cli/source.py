"""`domaintune source`: look at a raw file and write its entry into params.yaml, or take entries out of it."""

import re
from pathlib import Path
from typing import Annotated

import typer

from domaintune.cli.proposing import propose
from domaintune.cli.source_entries import (
    entry_text,
    left_to_do,
    starter_keys,
    with_entry,
    without_entries,
)
from domaintune.core.sections.sources import InstructionSource, QuestionSource, Source
from domaintune.core.stage.errors import ParamsError
from domaintune.core.stage.files import write_text
from domaintune.core.stage.params import read_yaml

app = typer.Typer(help="Add raw corpora to params.yaml, or remove them.", no_args_is_help=True)
KINDS = (
    "CSV, TSV, JSON, JSON Lines, Parquet or a folder of them, TechPort search JSON, "
    "instruction sets (JSON, JSON Lines, plain dialogues), a "
    "folder of .txt, .md and .pdf files, a folder that is a data set, or hub:owner/name@revision (#split)."
)
PARAMS = Path("params.yaml")


@app.command()
def add(
    path: Annotated[Path, typer.Argument(help=KINDS)],
    name: Annotated[str | None, typer.Option(help="Key of the entry; default: from the file's name.")] = None,
    params: Annotated[Path, typer.Option(help="The file to write to.")] = PARAMS,
) -> None:
    """Look at a file, propose how to read it, and write the entry into params.yaml."""
    proposal = propose(path)
    key = name if name is not None else key_of(path)
    entry = entry_text(key, proposal.entry)
    write_text(params, with_entry(params, key, entry))
    typer.echo(f"{params}: added to `sources`:\n\n{entry}")
    for note in proposal.notes:
        typer.echo(f"- {note}")
    where = "a task's `sources`"
    if isinstance(proposal.entry, InstructionSource):
        where = "an entry of `sets`"
    elif isinstance(proposal.entry, QuestionSource) and proposal.entry.use == "benchmark":
        where = "the `sources` of an entry of `benchmarks`"
    elif isinstance(proposal.entry, Source):
        where = "the `sources` of a task (`science_qa` suits any scientific text)"
    typer.echo(f"next: correct it where needed, name {key} in {where}, then run `dvc repro`")


@app.command()
def remove(
    names: Annotated[list[str] | None, typer.Argument(help="Keys of `sources`.")] = None,
    starter: Annotated[
        bool, typer.Option("--starter", help="All sources that come with this project.")
    ] = False,
    params: Annotated[Path, typer.Option(help="The file to write to.")] = PARAMS,
) -> None:
    """Take entries out of `sources` in params.yaml, and say what else refers to them."""
    keys = [*(names or []), *(starter_keys(params) if starter else [])]
    if not keys:
        found = "none of its sources comes with this project" if starter else "no entry is named"
        raise ParamsError(f"{params}: sources: {found}; name the entries to remove, or give --starter")
    before = read_yaml(params)
    write_text(params, without_entries(params, set(keys)))
    typer.echo(f"{params}: removed from `sources`: {', '.join(dict.fromkeys(keys))}")
    for line in left_to_do(before, set(keys)):
        typer.echo(f"- {line}")
    typer.echo(
        "next: mend what is named above, run `dvc checkout`, which removes the tables of what is gone, then "
        "`dvc repro check`"
    )


def key_of(path: Path) -> str:
    """Return a key made of a file's or data set's name."""
    name = path.as_posix().partition("@")[0].partition("#")[0]  # of a reference, owner/name without revision
    return re.sub(r"[^a-z0-9]+", "_", Path(name).stem.casefold()).strip("_") or "source"
