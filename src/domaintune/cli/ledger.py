"""`domaintune ledger`: what this machine's paid answers amount to, whether they are whole, and which may go."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Literal

import typer

from domaintune.core.paying.forgetting import forget, items_of
from domaintune.core.paying.ledger import ledger_path
from domaintune.core.paying.upkeep import Sender, Upkeep
from domaintune.core.stage.errors import InputError
from domaintune.science.evidence.statistics import ResultTable
from domaintune.science.evidence.terminal import as_text

app = typer.Typer(help="Look after the answers that were paid for on this machine.", no_args_is_help=True)


@app.command()
def stats() -> None:
    """Count answers and tokens by provider, model and revision."""
    with opened() as ledger:
        typer.echo(f"{table(ledger.tallies())}\n\n{ledger.path}: {ledger.path.stat().st_size / 1e6:,.1f} MB")


@app.command()
def verify() -> None:
    """Hold each answer against its hash and its request's key, and the file against itself; exit 1 if one is damaged.

    A damaged answer is named and set aside: it is never used, and its request is sent once more.
    """
    with opened() as ledger:
        path, damaged, problems = ledger.path, ledger.verify(), ledger.problems()
    told = f"{path}: {damaged} answers were damaged and are set aside"
    if problems:
        told += f"; the file itself is damaged: {'; '.join(problems[:3])}. Move it away and give it to "
        told += "`domaintune ledger merge`: a new file gets what is whole"
    if damaged or problems:
        raise InputError(f"{told}.")
    typer.echo(f"{path}: every answer is whole")


@app.command()
def merge(other: Annotated[Path, typer.Argument(help="Another ledger's file, e.g. a colleague's.")]) -> None:
    """Take over another ledger's answers, each held against its hash; what is known here stays as it is."""
    with Upkeep(ledger_path(os.environ)) as ledger:
        done = ledger.merge(other)
        typer.echo(
            f"{ledger.path}: {done.new:,} answers are new, {done.known:,} were there already; of these "
            f"{done.differing:,} differ from the other ledger's, and stay"
        )
    if done.damaged:
        named = "\n  ".join(done.damaged[:10])
        raise InputError(f"{other}: {len(done.damaged)} answers are damaged and were not taken:\n  {named}")


@app.command()
def prune(
    *,
    provider: Annotated[str | None, typer.Option(help="Only this provider's.")] = None,
    model: Annotated[str | None, typer.Option(help="Only this model's.")] = None,
    revision: Annotated[str | None, typer.Option(help="Only this revision's.")] = None,
    set_aside: Annotated[bool, typer.Option("--set-aside", help="Only damaged ones.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Drop them; without it they are only counted.")] = False,
) -> None:
    """Drop the answers of a model that you are done with, and shrink the file.

    No ledger knows which projects use an answer. One in a project's data/responses stays there; one of an arm with an
    endpoint is nowhere else, and would be asked and paid for again.
    """
    wanted = {"provider": provider, "model": model, "revision": revision, "set_aside": set_aside or None}
    if not (wanted := {name: value for name, value in wanted.items() if value is not None}):
        raise InputError("prune: name what may go: --provider, --model, --revision, --set-aside")
    with opened() as ledger:
        tallies = ledger.tallies().items()
        found = {one: n for one, n in tallies if wanted.items() <= one._asdict().items()}
        typer.echo(table(found))
        if yes:
            ledger.prune(found)
        typer.echo(
            "\nThey are gone."
            if yes
            else "\nNothing is dropped yet: repeat this with --yes to drop these for good."
        )


@app.command("forget")
def forget_answers(
    stage: Annotated[Literal["generate", "translate", "grade", "judge"], typer.Option(help="Who asked.")],
    outcome: Annotated[list[str], typer.Option(help="Why rows were lost, e.g. unparsed; may be repeated.")],
    item: Annotated[
        str | None, typer.Option("--item", "--task", help="Task, set, grading or arm; without it all.")
    ] = None,
) -> None:
    """Forget the answers that a stage could not use, so that the next `dvc repro` asks exactly these again.

    For a server that answered nonsense and is mended. What was good stays and is not paid for again.
    """
    known = items_of(stage)
    if not known or item not in (None, *known):
        named = f"expected one of {', '.join(known)}" if known else "no run of it is known in this folder"
        raise InputError(f"{stage} ({item or 'all'}): {named}. Run `dvc repro` first.")
    with Upkeep(ledger_path(os.environ)) as ledger:
        for name in known if item is None else [item]:
            lost, answers = forget(ledger, stage, name, outcome)
            then = f". Now run `dvc repro {stage}@{name}`." if answers else ""
            what = f"{lost:,} requests ended as {' or '.join(outcome)}, {answers:,} answers to them were forgotten"
            typer.echo(f"{stage} ({name}): {what}{then}")


def opened() -> Upkeep:
    """Return this machine's ledger, which must be there."""
    if not (path := ledger_path(os.environ)).is_file():
        raise InputError(
            f"{path}: no ledger is there. If yours is elsewhere, set DOMAINTUNE_LEDGER to its path."
        )
    return Upkeep(path)


def table(found: Mapping[Sender, Sequence[int]]) -> str:
    """Return a line a sender, and one with the sums."""
    rows = [([*one[:3]], tally, "set aside" * one.set_aside) for one, tally in sorted(found.items())]
    rows.append(
        (["together", "", ""], [sum(column) for column in zip(*found.values(), strict=True)] or [0] * 3, "")
    )
    cells = [[*named, *(f"{count:,}" for count in tally), aside] for named, tally, aside in rows]
    heads = ["provider", "model", "revision", "answers", "tokens read", "tokens written", ""]
    return as_text(ResultTable("", heads, cells))
