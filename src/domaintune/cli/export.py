"""`domaintune export`: instruction rows in the formats other tools read, said as they are trained."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from domaintune.core.frames import read_records
from domaintune.core.records.instruction import Instruction
from domaintune.core.rendering.chat import Message
from domaintune.core.rendering.rendering import messages_of
from domaintune.core.stage.errors import ParamsError
from domaintune.core.stage.files import replacing, to_json

ORIGIN = ("id", "document_id", "category", "language", "licence")
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
    written, lost, several = [], Counter[str](), 0
    for row in read_records(rows, Instruction):
        if split not in {"", row.split}:
            continue
        if not (messages := _messages(row)):
            lost["no answer to learn from"] += 1
        elif (converted := FORMATS[form](messages)) is None:
            lost[f"{form} holds one question and its answer"] += 1
        else:
            written.append(converted | {name: getattr(row, name) for name in ORIGIN})
            several += [message["role"] for message in messages].count("user") > 1
    if not out.parent.is_dir():
        typer.echo(f"{out.parent}: no such folder yet; it is made")
    with replacing(out) as temporary:
        lines = [to_json(row, None) for row in written] if form == "openai" else [to_json(written)]
        temporary.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    typer.echo(f"{out}: {len(written)} rows as {form}, {several} of them of several turns")
    for reason, count in sorted(lost.items()):
        typer.echo(f"skipped: {count} rows ({reason})")


def _messages(row: Instruction) -> list[Message]:
    """Return a row's messages as it is trained, the system text first; none where it has no answer."""
    system, turns = messages_of(row)
    if not turns or turns[-1]["role"] != "assistant":
        return []
    return [*([{"role": "system", "content": system}] if system else []), *turns]


def _alpaca(messages: Sequence[Message]) -> dict[str, Any] | None:
    """Return the system text as the instruction, if there is one: so the Alpaca prompt has it in training."""
    roles = [message["role"] for message in messages]
    if roles not in (["user", "assistant"], ["system", "user", "assistant"]):
        return None
    *told, asked, answered = (message["content"] for message in messages)
    return {"instruction": told[0] if told else asked, "input": asked if told else "", "output": answered}


FORMATS: Mapping[str, Callable[[Sequence[Message]], dict[str, Any] | None]] = {
    "alpaca": _alpaca,
    "sharegpt": lambda messages: {
        "conversations": [{"from": ROLES[one["role"]], "value": one["content"]} for one in messages]
    },
    "openai": lambda messages: {"messages": list(messages)},
}
