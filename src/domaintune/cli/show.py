"""`domaintune show`: look at any table or metrics file of the pipeline."""

import json
from pathlib import Path
from typing import Annotated

import polars as pl
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from domaintune.cli.tokens import token_lines
from domaintune.core.frames import read_frame
from domaintune.core.stage.errors import InputError
from domaintune.core.stage.files import read_json

CELL = 120


def show(
    path: Annotated[
        str, typer.Argument(help="A Parquet or JSON file, a stage's folder, or an arm with --tokens.")
    ],
    rows: Annotated[int, typer.Option(help="How many rows.", min=1)] = 5,
    where: Annotated[str, typer.Option(help="Only rows in which COLUMN=VALUE.")] = "",
    tokens: Annotated[
        bool, typer.Option("--tokens", help="An arm's training rows, trained tokens marked.")
    ] = False,
) -> None:
    """Print rows of a table: what is in it, why a row was rejected, what exactly is trained."""
    console = Console(highlight=False, soft_wrap=True)
    if tokens:
        for line in token_lines(Path("data/mixtures") / path, rows):
            console.print(line)
        return
    files = files_of(Path(path))
    for file in files:
        console.rule(str(file))
        if file.suffix == ".json":
            console.print(escape(json.dumps(read_json(file), indent=2, ensure_ascii=False)))
        else:
            frame = read_frame(file)
            if len(files) == 1 or where.partition("=")[0] in {"", *frame.columns}:
                print_table(console, filtered(frame, where), rows)


def files_of(path: Path) -> list[Path]:
    """Return the file itself, or a folder's tables and JSON files, sorted.

    Raises:
        InputError: nothing to show there.
    """
    found = sorted(p for s in ("*.parquet", "*.json") for p in path.glob(s)) if path.is_dir() else [path]
    if not found or not found[0].exists():
        raise InputError(
            f"{path}: no Parquet or JSON file here. Run `dvc repro`, or `dvc pull` to fetch what is missing."
        )
    return found


def filtered(frame: pl.DataFrame, where: str) -> pl.DataFrame:
    """Keep the rows in which COLUMN=VALUE.

    Raises:
        InputError: no such column.
    """
    if not where:
        return frame
    column, _, value = where.partition("=")
    if column not in frame.columns:
        raise InputError(f"--where {where}: no column {column}; there are {', '.join(frame.columns)}")
    if frame.schema[column].is_nested():
        raise InputError(f"--where {where}: {column} holds lists; choose a column with plain values")
    return frame.filter(pl.col(column).cast(pl.String) == value)


def print_table(console: Console, frame: pl.DataFrame, rows: int) -> None:
    """Print each row as a block of column and value: cells of text are too long for columns side by side."""
    console.print(f"{frame.height} rows × {frame.width} columns")
    for row in frame.head(rows).iter_rows(named=True):
        table = Table(show_header=False, pad_edge=False)
        for name, value in row.items():
            text = str(value)
            table.add_row(name, escape(text if len(text) <= CELL * 4 else text[: CELL * 4] + " …"))
        console.print(table)
