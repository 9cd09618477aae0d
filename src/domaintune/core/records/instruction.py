"""A training row: what the model is told, given and should answer."""

from typing import Any, ClassVar, Literal

import polars as pl

from domaintune.core.stage.record import Record


class Turn(Record):
    """One message of a conversation."""

    schema_: ClassVar[dict[str, Any]] = {"role": pl.String, "content": pl.String}
    role: Literal["system", "user", "assistant"]
    content: str


class Instruction(Record):
    """One instruction row. Single-turn rows leave `turns` empty; conversations leave input and output empty."""

    schema_: ClassVar[dict[str, Any]] = {
        "id": pl.String,
        "task": pl.String,
        "group": pl.String,
        "language": pl.String,
        "system": pl.String,
        "instruction": pl.String,
        "input": pl.String,
        "output": pl.String,
        "turns": pl.List(pl.Struct(Turn.schema_)),
        "document_id": pl.String,
        "field": pl.String,
        "origin": pl.String,
        "request_id": pl.String,
        "grade": pl.Float64,
        "licence": pl.String,
        "split": pl.String,
    }
    id: str
    """content_id(task, document_id, field, input, output)."""
    task: str
    """Key in params.yaml `tasks`."""
    group: str
    """What arms name in their mixture."""
    language: str
    system: str
    instruction: str
    """The standing instruction, e.g. the study's role of a planning expert."""
    input: str
    """The question."""
    output: str
    """The answer."""
    turns: list[Turn]
    document_id: str
    field: str
    """What kind of row it is. Made from a document: the field or section it was made from (text, title, keywords, a
    section name), empty for unit document. From an instruction set or a question: the category it has there, if any."""
    origin: Literal["generated", "translated", "public", "human"]
    request_id: str
    """Ledger key of the request it was made from, or keys with a space between; empty where there was none."""
    grade: float | None
    licence: str
    split: str
