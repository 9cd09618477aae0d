"""`domaintune trace`: from any id back to the raw record and forward to the scores."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import polars as pl
import typer

from domaintune.core.stage.errors import InputError

TABLES = {
    "record": ("data/documents/*/*.parquet", ("id", "native_id")),
    "document": ("data/corpus/*.parquet", ("id",)),
    "source row": ("data/instructions/*/*.parquet", ("id",)),
    "request": ("data/responses/*/*.parquet", ("key",)),
    "instruction": ("data/generated/*/*.parquet", ("id", "document_id", "request_id")),
    "set row": ("data/translated/*/*.parquet", ("id", "document_id", "request_id")),
    "grade": ("data/grades/*/*.parquet", ("instruction_id", "request_id")),
    "training row": ("data/mixtures/*/*.parquet", ("id",)),
    "question": ("data/curated/questions.parquet", ("id", "document_id", "instruction_id")),
    "answer": ("data/answers/*/*.parquet", ("question_id",)),
    "judgment": ("data/judgments/*/*.parquet", ("question_id", "request_id")),
}
LINKS = ("id", "document_id", "request_id", "instruction_id", "question_id", "key")
SHOWN = 100


def trace(
    identifier: Annotated[str, typer.Argument(help="A document, request, instruction or question id.")],
) -> None:
    """Print every row that belongs to an id: raw record, document, request, training row, answers, scores."""
    lines = list(chain(Path(), identifier))
    if not lines:
        raise InputError(f"{identifier}: no table knows this id. `domaintune show data/curated` prints ids.")
    for line in lines:
        typer.echo(line)


def chain(root: Path, identifier: str) -> Iterator[str]:
    """Yield one line a row connected with the id, in the order of the pipeline.

    Ids are first followed back to documents and instructions, then forward, so that a question does not drag
    in every other question of its document.
    """
    frames = {
        (name, str(path.relative_to(root))): pl.read_parquet(path)
        for name, (pattern, _) in TABLES.items()
        for path in sorted(root.glob(pattern))
    }
    known = _closure(frames, identifier)
    for (name, path), frame in frames.items():
        columns = [column for column in TABLES[name][1] if column in frame.columns]
        for row in _rows(frame, list(columns), known):
            yield f"{name:<13}{path}: {_summary(row)}"


def _closure(frames: dict[tuple[str, str], pl.DataFrame], identifier: str) -> set[str]:
    known, size = {identifier}, 0
    while len(known) != size:
        size = len(known)
        for (name, _), frame in frames.items():
            if name in {"instruction", "set row", "question", "training row"}:
                own = [column for column in ("id", "instruction_id") if column in frame.columns]
                for row in _rows(frame, own, known):
                    known |= {key for link in LINKS if row.get(link) for key in str(row[link]).split()}
    return known


def _rows(frame: pl.DataFrame, columns: Sequence[str], known: set[str]) -> list[dict[str, Any]]:
    if not columns or frame.is_empty():
        return []
    if "id" in columns and frame["id"].is_in(list(known)).any():
        chosen = ["id"]
    else:
        chosen = [column for column in columns if column != "document_id" or len(known) == 1]
    hits = [_names(column, known) for column in chosen] or [pl.lit(value=False)]
    return list(frame.filter(pl.any_horizontal(hits)).iter_rows(named=True))


def _names(column: str, known: set[str]) -> pl.Expr:
    """Return whether a row's link is known; a translated row may come from several requests."""
    if column != "request_id":
        return pl.col(column).is_in(list(known))
    return pl.col(column).str.split(" ").list.eval(pl.element().is_in(list(known))).list.any()


def _summary(row: dict[str, Any]) -> str:
    parts = []
    for name, value in row.items():
        text = " ".join(str(value).split())
        if text and value is not None and name not in {"input_ids", "loss_mask", "sections", "attributes"}:
            parts.append(f"{name}={text if len(text) <= SHOWN else text[:SHOWN] + '…'}")
    return " ".join(parts)
