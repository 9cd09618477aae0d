"""`domaintune export`: instruction rows in the formats other tools read."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from domaintune.core.frames import read_records
from domaintune.core.records.instruction import Instruction
from domaintune.core.stage.errors import ParamsError
from domaintune.core.stage.files import replacing, to_json

ROLES = {"system": "system", "user": "human", "assistant": "gpt"}


def export(
    out: Annotated[Path, typer.Argument(help="File to write.")],
    form: Annotated[str, typer.Option("--format", help="alpaca, sharegpt or openai.")] = "alpaca",
    split: Annotated[str, typer.Option(help="train, validation or test; empty: all.")] = "train",
    rows: Annotated[Path, typer.Option(help="The instruction table.")] = Path(
        "data/curated/instructions.parquet"
    ),
) -> None:
    """Write instruction rows as Alpaca JSON, ShareGPT JSON or OpenAI chat JSONL."""
    if split not in {"", "train", "validation", "test"}:
        raise ParamsError(f"--split {split}: expected train, validation, test, or nothing for all")
    if form not in FORMATS:
        raise ParamsError(f"--format {form}: expected one of {', '.join(FORMATS)}")
    records = [row for row in read_records(rows, Instruction) if split in {"", row.split}]
    converted = [FORMATS[form](row) for row in records]
    with replacing(out) as temporary:
        if form == "openai":
            temporary.write_text("".join(to_json(row, None) + "\n" for row in converted), encoding="utf-8")
        else:
            temporary.write_text(to_json(converted) + "\n", encoding="utf-8")
    typer.echo(f"{out}: {len(records)} rows as {form}")


def messages(row: Instruction) -> list[tuple[str, str]]:
    """Return a row as (role, content) turns; the instruction and its input become one user turn."""
    if row.turns:
        return [(turn.role, turn.content) for turn in row.turns]
    asked = "\n\n".join(part for part in (row.instruction, row.input) if part)
    turns = [("user", asked), ("assistant", row.output)]
    return [("system", row.system), *turns] if row.system else turns


def _alpaca(row: Instruction) -> dict[str, Any]:
    return {"instruction": row.instruction, "input": row.input, "output": row.output}


def _sharegpt(row: Instruction) -> dict[str, Any]:
    turns = [{"from": ROLES[role], "value": content} for role, content in messages(row)]
    return {"id": row.id, "conversations": turns}


def _openai(row: Instruction) -> dict[str, Any]:
    return {"messages": [{"role": role, "content": content} for role, content in messages(row)]}


FORMATS: dict[str, Callable[[Instruction], dict[str, Any]]] = {
    "alpaca": _alpaca,
    "sharegpt": _sharegpt,
    "openai": _openai,
}
