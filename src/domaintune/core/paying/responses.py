"""`responses.parquet`: the answers a stage's rows were made from; they travel with dvc push and pull."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import polars as pl

from domaintune.core.frames import read_frame, write_frame
from domaintune.core.paying.protocol import Reply, Request, answer_hash
from domaintune.core.stage.errors import InputError

SCHEMA: dict[str, Any] = {
    "key": pl.String,
    "request": pl.String,
    "text": pl.String,
    "finish": pl.String,
    "prompt_tokens": pl.Int64,
    "completion_tokens": pl.Int64,
    "hash": pl.String,
}
WITHOUT_HASH = {name: kind for name, kind in SCHEMA.items() if name != "hash"}
"""As it was written before answers carried a hash; such a file is paid for too."""


def write_responses(path: Path, used: Iterable[tuple[Request, Reply]]) -> None:
    """Write answers sorted by key: the bytes are a function of the answers."""
    rows = [
        {
            "key": (key := request.key),
            "request": request.to_json(),
            **reply._asdict(),
            "hash": answer_hash(key, reply.to_json()),
        }
        for request, reply in used
    ]
    write_frame(path, pl.DataFrame(rows, schema=SCHEMA, orient="row"), sort_by=["key"])


def read_responses(path: Path) -> dict[str, tuple[Request, Reply]]:
    """Read answers by key.

    Raises:
        InputError: the file is damaged, a request does not belong to its key, or a reply does not fit its hash.
    """
    frame = read_frame(path)
    if dict(frame.schema) not in (SCHEMA, WITHOUT_HASH):
        raise InputError(f"{path}: expected the columns {list(SCHEMA)}, got {frame.columns}. {ADVICE}")
    answers: dict[str, tuple[Request, Reply]] = {}
    for row in frame.iter_rows(named=True):
        try:
            request = Request.from_json(row["request"])
        except ValueError as error:
            raise InputError(f"{path}: request {row['key']}: {error}. {ADVICE}") from error
        reply = Reply(*(row[name] for name in Reply._fields))
        right = answer_hash(request.key, reply.to_json())
        odd = None in row.values() or row["finish"] not in ("stop", "length", "refused")
        if odd or request.key != row["key"] or row.get("hash", right) != right:
            raise InputError(f"{path}: the row of request {row['key']} was changed. {ADVICE}")
        answers[row["key"]] = (request, reply)
    return answers


ADVICE = (
    "Run `dvc checkout` to restore the file, or delete it: answers in this machine's ledger are not lost."
)
