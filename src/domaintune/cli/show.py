"""`domaintune show` and `export`: tables, metrics and rows as the model sees them; rows as other tools read them."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import polars as pl
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from domaintune.core.frames import read_frame, read_records
from domaintune.core.models.foundation import open_foundation
from domaintune.core.models.loading import load_tokenizer
from domaintune.core.records.instruction import Instruction
from domaintune.core.rendering.chat import Message
from domaintune.core.rendering.rendering import messages_of
from domaintune.core.stage.errors import InputError
from domaintune.core.stage.files import read_json, to_json, write_text
from domaintune.core.tables.file_kinds import check_regular

CELL = 480  # characters


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
            if len(files) > 1 and where.partition("=")[0] not in {"", *frame.columns}:
                continue
            chosen = filtered(frame, where)
            console.print(f"{chosen.height} rows × {chosen.width} columns")
            for row in chosen.head(rows).iter_rows(named=True):
                table = Table(show_header=False, pad_edge=False)  # too long for columns side by side
                for name, text in ((name, str(value)) for name, value in row.items()):
                    table.add_row(name, escape(text if len(text) <= CELL else text[:CELL] + " …"))
                console.print(table)


def files_of(path: Path) -> list[Path]:
    """Return the file itself, or a folder's tables and JSON files, sorted."""
    found = sorted(p for s in ("*.parquet", "*.json") for p in path.glob(s)) if path.is_dir() else [path]
    if not found or not found[0].exists():
        raise InputError(
            f"{path}: no Parquet or JSON file here. Run `dvc repro`, or `dvc pull` to fetch what is missing."
        )
    for file in found:
        check_regular(file)
    return found


def filtered(frame: pl.DataFrame, where: str) -> pl.DataFrame:
    """Keep the rows in which COLUMN=VALUE."""
    if not where:
        return frame
    column, _, value = where.partition("=")
    if column not in frame.columns:
        raise InputError(f"--where {where}: no column {column}; there are {', '.join(frame.columns)}")
    if frame.schema[column].is_nested():
        raise InputError(f"--where {where}: {column} holds lists; choose a column with plain values")
    return frame.filter(pl.col(column).cast(pl.String) == value)


FOUNDATIONS = Path("models/foundation")
OPEN, CLOSE = "⟦", "⟧"
UNFINISHED = "\ufffd"  # a decoder writes it for bytes that are not a whole character


def token_lines(mixture: Path, rows: int) -> Iterator[Text]:
    """Yield a heading and a text for each of the first rows; what is trained stands in ⟦ ⟧, token by token."""
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


INSTRUCTIONS = Path("data/curated/instructions.parquet")
ORIGIN = ("id", "document_id", "category", "language", "licence")
Form = Literal["alpaca", "sharegpt", "openai"]
Split = Literal["train", "validation", "test", ""]
ROLES = {"system": "system", "user": "human", "assistant": "gpt"}


def export(
    out: Annotated[Path, typer.Argument(help="File to write.")],
    form: Annotated[Form, typer.Option("--format", help="What reads the file.")] = "alpaca",
    split: Annotated[Split, typer.Option(help="The rows; empty: all.")] = "train",
    rows: Annotated[Path, typer.Option(help="The instruction table.")] = INSTRUCTIONS,
) -> None:
    """Write instruction rows as Alpaca JSON, ShareGPT JSON or OpenAI chat JSONL."""
    written, lost, several = [], Counter[str](), 0
    for row in read_records(rows, Instruction):
        if split not in {"", row.split}:
            continue
        system, messages = messages_of(row)
        if system:
            messages.insert(0, {"role": "system", "content": system})
        if not messages or messages[-1]["role"] != "assistant":
            lost["no answer to learn from"] += 1
        elif (converted := _converted(form, messages)) is None:
            lost[f"{form} holds one question and its answer"] += 1
        else:
            written.append(converted | {name: getattr(row, name) for name in ORIGIN})
            several += [message["role"] for message in messages].count("user") > 1
    if not out.parent.is_dir():
        typer.echo(f"{out.parent}: no such folder yet; it is made")
    lines = [to_json(row, None) for row in written] if form == "openai" else [to_json(written)]
    write_text(out, "".join(f"{line}\n" for line in lines))
    typer.echo(f"{out}: {len(written)} rows as {form}, {several} of them of several turns")
    for reason, count in sorted(lost.items()):
        typer.echo(f"skipped: {count} rows ({reason})")


def _converted(form: Form, messages: Sequence[Message]) -> dict[str, Any] | None:
    """Return a conversation in a format; None where Alpaca's cannot hold it."""
    if form == "openai":
        return {"messages": list(messages)}
    if form == "sharegpt":
        return {"conversations": [{"from": ROLES[one["role"]], "value": one["content"]} for one in messages]}
    roles = [message["role"] for message in messages]
    if roles not in (["user", "assistant"], ["system", "user", "assistant"]):
        return None
    *told, asked, answered = (message["content"] for message in messages)
    # the system text is the instruction, if there is one: so the Alpaca prompt has it in training
    return {"instruction": told[0] if told else asked, "input": asked if told else "", "output": answered}
