"""The table of rendered rows."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl

from domaintune.core.frames import write_frame
from domaintune.core.records.instruction import Instruction
from domaintune.core.rendering.rendering import Rendered

SCHEMA: dict[str, Any] = {
    "id": pl.String,
    "split": pl.String,
    "text": pl.String,
    "input_ids": pl.List(pl.Int32),
    "loss_mask": pl.List(pl.Boolean),
    "prompt_tokens": pl.Int32,
    "answer_tokens": pl.Int32,
}


def write_rows(path: Path, rows: Sequence[tuple[Instruction, Rendered]]) -> None:
    """Write `rows.parquet`: one row an instruction, sorted by id; training shuffles."""
    table = [
        {
            "id": row.id,
            "split": row.split,
            "text": done.text,
            "input_ids": done.input_ids,
            "loss_mask": done.loss_mask,
            "prompt_tokens": done.prompt_tokens,
            "answer_tokens": done.answer_tokens,
        }
        for row, done in rows
    ]
    write_frame(path, pl.DataFrame(table, schema=SCHEMA, orient="row"))
