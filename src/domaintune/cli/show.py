"""`domaintune show`: look at any table or metrics file of the pipeline, and at rows as the model sees them."""

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Annotated

import polars as pl
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from domaintune.core.frames import read_frame
from domaintune.core.models.foundation import open_foundation
from domaintune.core.models.loading import load_tokenizer
from domaintune.core.stage.errors import InputError
from domaintune.core.stage.files import read_json
from domaintune.core.tables.file_kinds import check_regular

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
    for file in found:
        check_regular(file)
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


FOUNDATIONS = Path("models/foundation")
OPEN, CLOSE = "⟦", "⟧"
UNFINISHED = "\ufffd"
"""What a decoder writes for bytes that are not a whole character."""


def token_lines(mixture: Path, rows: int) -> Iterator[Text]:
    """Yield a heading and a text for each of the first rows; what is trained stands in ⟦ ⟧, token by token.

    Raises:
        InputError: the arm is not trained, or there is no such arm.
    """
    if not (mixture / "mixture.json").is_file():
        known = sorted(path.name for path in mixture.parent.glob("*") if path.is_dir())
        raise InputError(f"{mixture}: no mixture of that arm; there are {known}. Run `dvc repro mix`.")
    described = read_json(mixture / "mixture.json")
    if not described["trained"]:
        raise InputError(f"{mixture}: this arm is not trained (arms.{mixture.name}.mixture is null).")
    if line := described.get("condition_line"):
        yield Text(f"while answering, each instruction ends with: {line}", style="bold")
    tokenizer = load_tokenizer(open_foundation(FOUNDATIONS / described["model"]))
    for row in read_frame(mixture / "rows.parquet").head(rows).iter_rows(named=True):
        ids, mask = row["input_ids"], row["loss_mask"]
        yield Text(f"{row['id']} ({row['split']}): {len(ids)} tokens, {sum(mask)} trained", style="bold")
        line = Text(tokenizer.decode(ids[: row["prompt_tokens"]]), style="dim")
        start = row["prompt_tokens"]
        for word, trained in marked_words(tokenizer.decode, ids[start:], mask[start:]):
            line.append(f"{OPEN}{word}{CLOSE}" if trained else word, style="green" if trained else "dim")
        yield line


def marked_words(
    decode: Callable[[list[int]], str], ids: Sequence[int], mask: Sequence[int]
) -> Iterator[tuple[str, bool]]:
    """Yield texts and whether they are trained: a token each, but tokens that share a character stand together.

    Tokens are bytes, and a tokenizer that saw little Korean cuts within a syllable; alone, its parts have no text.
    """
    pending: list[int] = []
    for place, (token, trained) in enumerate(zip(ids, mask, strict=True), 1):
        pending.append(token)
        word = decode(pending)
        if word.endswith(UNFINISHED) and place < len(ids) and mask[place] == trained:
            continue
        yield word, bool(trained)
        pending = []
