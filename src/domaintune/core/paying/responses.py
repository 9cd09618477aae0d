"""`responses.parquet`: the answers a stage's rows were made from; they travel with dvc push and pull."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import polars as pl

from domaintune.core.frames import read_frame, write_frame
from domaintune.core.paying.protocol import Reply, Request
from domaintune.core.stage.errors import InputError

SCHEMA: dict[str, Any] = {
    "key": pl.String,
    "request": pl.String,
    "text": pl.String,
    "finish": pl.String,
    "prompt_tokens": pl.Int64,
    "completion_tokens": pl.Int64,
}


def write_responses(path: Path, used: Iterable[tuple[Request, Reply]]) -> None:
    """Write answers sorted by key: the bytes are a function of the answers."""
    rows = [{"key": request.key, "request": request.to_json(), **reply._asdict()} for request, reply in used]
    write_frame(path, pl.DataFrame(rows, schema=SCHEMA, orient="row"), sort_by=["key"])


def read_responses(path: Path) -> dict[str, tuple[Request, Reply]]:
    """Read answers by key.

    Raises:
        InputError: the file is damaged, or a request does not belong to its key.
    """
    frame = read_frame(path)
    if dict(frame.schema) != SCHEMA:
        raise InputError(f"{path}: expected the columns {list(SCHEMA)}, got {frame.columns}. {ADVICE}")
    answers: dict[str, tuple[Request, Reply]] = {}
    for row in frame.iter_rows(named=True):
        try:
            request = Request.from_json(row["request"])
        except ValueError as error:
            raise InputError(f"{path}: request {row['key']}: {error}. {ADVICE}") from error
        if request.key != row["key"] or row["finish"] not in ("stop", "length", "refused"):
            raise InputError(f"{path}: the row of request {row['key']} was changed. {ADVICE}")
        answers[row["key"]] = (request, Reply(*(row[name] for name in Reply._fields)))
    return answers


ADVICE = (
    "Run `dvc checkout` to restore the file, or delete it: answers in this machine's ledger are not lost."
)
