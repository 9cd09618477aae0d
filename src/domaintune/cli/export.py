"""`domaintune export`: instruction rows in the formats other tools read, said as they are trained."""

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from domaintune.core.frames import read_records
from domaintune.core.records.instruction import Instruction
from domaintune.core.rendering.chat import Message
from domaintune.core.rendering.messages import messages_of
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
    chosen = [row for row in read_records(rows, Instruction) if split in {"", row.split}]
    told = [_messages(row) for row in chosen]
    converted = [FORMATS[form](messages) if messages else None for messages in told]
    written = [value | _origin(row) for row, value in zip(chosen, converted, strict=True) if value]
    with replacing(out) as temporary:
        if form == "openai":
            temporary.write_text("".join(to_json(row, None) + "\n" for row in written), encoding="utf-8")
        else:
            temporary.write_text(to_json(written) + "\n", encoding="utf-8")
    pairs = list(zip(told, converted, strict=True))
    several = sum(_questions(messages) > 1 for messages, value in pairs if value)
    typer.echo(f"{out}: {len(written)} rows as {form}, {several} of them of several turns")
    lost = Counter(
        f"{form} holds one question and its answer" if messages else "no answer to learn from"
        for messages, value in pairs
        if not value
    )
    for reason, count in sorted(lost.items()):
        typer.echo(f"skipped: {count} rows ({reason})")


def _messages(row: Instruction) -> list[Message]:
    """Return a row's messages as it is trained, the system text first; none where it has no answer."""
    system, turns = messages_of(row)
    if not turns or turns[-1]["role"] != "assistant":
        return []
    return [*([{"role": "system", "content": system}] if system else []), *turns]


def _questions(messages: Sequence[Message]) -> int:
    return sum(message["role"] == "user" for message in messages)


def _origin(row: Instruction) -> dict[str, str]:
    return {
        "id": row.id,
        "document_id": row.document_id,
        "category": row.category,
        "language": row.language,
        "licence": row.licence,
    }


def _alpaca(messages: Sequence[Message]) -> dict[str, Any] | None:
    """Return the system text as the instruction, if there is one: so the Alpaca prompt has it in training."""
    roles = [message["role"] for message in messages]
    if roles not in (["user", "assistant"], ["system", "user", "assistant"]):
        return None
    *told, asked, answered = (message["content"] for message in messages)
    return {"instruction": told[0] if told else asked, "input": asked if told else "", "output": answered}


def _sharegpt(messages: Sequence[Message]) -> dict[str, Any]:
    return {"conversations": [{"from": ROLES[one["role"]], "value": one["content"]} for one in messages]}


def _openai(messages: Sequence[Message]) -> dict[str, Any]:
    return {"messages": list(messages)}


FORMATS: dict[str, Callable[[Sequence[Message]], dict[str, Any] | None]] = {
    "alpaca": _alpaca,
    "sharegpt": _sharegpt,
    "openai": _openai,
}
