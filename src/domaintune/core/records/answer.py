"""An arm's answer to a question."""

from typing import Any, ClassVar

import polars as pl

from domaintune.core.stage.record import Record


class Answer(Record):
    """One answer."""

    schema_: ClassVar[dict[str, Any]] = {
        "arm": pl.String,
        "question_id": pl.String,
        "text": pl.String,
        "tokens": pl.Int64,
        "finished": pl.Boolean,
    }
    arm: str
    question_id: str
    text: str
    tokens: int
    """Number of generated tokens, the end token not counted."""
    finished: bool
    """False where max_new_tokens cut the answer."""
