"""`domaintune trace`: from any id back to the raw record, and forward to each arm's answer and its verdicts."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import polars as pl
import typer

from domaintune.core.sections.sources import AnySource
from domaintune.core.stage.errors import InputError
from domaintune.core.stage.params import load_mapping

TABLES = {
    "record": ("data/documents/*/*.parquet", ("id",)),
    "question row": ("data/questions/*/*.parquet", ("id",)),
    "document": ("data/corpus/*.parquet", ("id",)),
    "source row": ("data/instructions/*/*.parquet", ("id",)),
    "request": ("data/responses/*/*.parquet", ("key",)),
    "instruction": ("data/generated/*/*.parquet", ("id", "document_id", "request_id")),
    "set row": ("data/translated/*/*.parquet", ("id", "document_id", "request_id")),
    "grade": ("data/grades/*/*.parquet", ("instruction_id", "request_id")),
    "training row": ("data/mixtures/*/*.parquet", ("id",)),
    "question": ("data/curated/questions.parquet", ("id", "document_id", "instruction_id")),
    "answer": ("data/answers/*/*.parquet", ("question_id",)),
    "benchmark": ("data/benchmarks/*/*.parquet", ("question_id",)),
    "judgment": ("data/judgments/*/*.parquet", ("question_id", "request_id")),
}
"""Kind of row → where its tables are, and the columns by which its rows are found."""
NAMED = ("record", "question row", "source row", "question")
"""Tables whose rows have the id of the raw file, `native_id`; what was drawn from a row comes behind it."""
LINKS = ("id", "document_id", "request_id", "instruction_id", "question_id", "key")
HIDDEN = {"input_ids", "loss_mask", "sections", "attributes"}
SHOWN = 100
"""Characters of a cell; of scores all."""
Frames = Mapping[tuple[str, str], pl.DataFrame]
Row = dict[str, Any]


def trace(
    identifier: Annotated[
        str, typer.Argument(help="A document, request, instruction or question id, or one of a raw file.")
    ],
) -> None:
    """Print every row that belongs to an id: raw record, document, request, training row, and question by question
    (a conversation turn by turn) each arm's answer or choice, and the judge's verdicts with their scores.
    """
    if not (lines := list(chain(Path(), identifier))):
        raise InputError(f"{identifier}: no table knows this id. `domaintune show data/curated` prints ids.")
    typer.echo("\n".join(lines))


def chain(root: Path, identifier: str) -> Iterator[str]:
    """Yield one line a row connected with the id, in the order of the pipeline.

    Ids are first followed back to documents and instructions, then forward, so that a question does not drag
    in every other question of its document. Several sources, and files of one, may use one native id: each row that
    has it is followed, under a line that says where it is from.
    """
    frames = {
        (name, str(path.relative_to(root))): _linked(name, pl.read_parquet(path))
        for name, (pattern, _) in TABLES.items()
        for path in sorted(root.glob(pattern))
    }
    yield from _lines(frames, identifier)
    params = root / "params.yaml"
    sources = load_mapping(params, AnySource) if params.is_file() else {}
    for row in _called(frames, identifier):
        source = row.get("source", "")
        parts = [sources[source].chosen.path] if source in sources else []
        where = "/".join([*parts, *filter(None, [row.get("file")])])
        yield f"{identifier} is {row['id']}, of source {source}{f' ({where})' if where else ''}"
        yield from _lines(frames, row["id"])


def _linked(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    """Give the rejects of an arm the question's id: it stands in their row, or at the end of their own id."""
    if name not in ("answer", "benchmark", "judgment") or "row" not in frame.columns:
        return frame
    own = pl.col("id").str.extract(r"([^:@]+)(?:@\d+)?$")
    return frame.with_columns(
        question_id=pl.coalesce(pl.col("row").str.extract(r'"question_id": ?"([^"]+)"'), own)
    )


def _called(frames: Frames, native_id: str) -> list[Row]:
    """Return the documents, questions and set rows of that name."""
    found: dict[str, Row] = {}
    for (name, path), frame in frames.items():
        if name in NAMED and native_id and "native_id" in frame.columns:
            for row in frame.filter(native_id=native_id).iter_rows(named=True):
                if row.get("document_id") not in found and not row.get("follows"):
                    found[row["id"]] = {"source": Path(path).parent.name} | row
    return list(found.values())


def _lines(frames: Frames, identifier: str) -> Iterator[str]:
    known, size = {identifier}, 0
    while len(known) != size:
        size = len(known)
        for (name, _), frame in frames.items():
            if name in {"instruction", "set row", "question", "training row"}:
                for row in _rows(frame, ("id", "instruction_id"), known):
                    known |= {key for link in LINKS if row.get(link) for key in str(row[link]).split()}
    places: dict[str, tuple[int, str, int, str]] = {}
    found: list[tuple[tuple[int, str, int, str], str]] = []
    for (name, path), frame in frames.items():
        for row in _rows(frame, TABLES[name][1], known.union(places)):
            place = (0, "", 0, "")
            if name == "question":
                turn = len((row.get("follows") or "").split())
                place = places[row["id"]] = (1, row.get("instruction_id", ""), turn, row["id"])
            elif "question_id" in row:
                place = places.get(row["question_id"], (2, "", 0, ""))
            found.append((place, f"{name:<13}{path}: {_summary(row)}"))
    yield from (line for _, line in sorted(found, key=lambda one: one[0]))


def _rows(frame: pl.DataFrame, columns: Sequence[str], known: set[str]) -> list[Row]:
    columns = [column for column in columns if column in frame.columns]
    if not columns or frame.is_empty():
        return []
    if "id" in columns and frame["id"].is_in(list(known)).any():
        # the turns of a conversation have one instruction
        chosen = [column for column in columns if column in ("id", "instruction_id")]
    else:
        chosen = [column for column in columns if column != "document_id" or len(known) == 1]
    # a translated row may come from several requests
    names = (pl.col(column).cast(pl.String).str.split(" ").list for column in chosen)
    hits = [name.set_intersection(list(known)).list.len() > 0 for name in names]
    return list(frame.filter(pl.any_horizontal(hits or [pl.lit(value=False)])).iter_rows(named=True))


def _summary(row: Row) -> str:
    """Return the cells that are not empty; that an arm answered nothing is told."""
    texts = {name: _text(value) for name, value in row.items() if value is not None and name not in HIDDEN}
    shown = {name: text for name, text in texts.items() if text or (name == "text" and "arm" in row)}
    for name, text in shown.items():
        shown[name] = text if len(text) <= SHOWN or name == "scores" else text[:SHOWN] + "…"
    return " ".join(f"{name}={text}" for name, text in shown.items())


def _text(value: Any) -> str:
    """Return a cell on one line; of a list of scores or turns its parts (`matching tuned 4.0, …`)."""
    if isinstance(value, list):
        parts = [" ".join(map(str, one.values())) if isinstance(one, dict) else str(one) for one in value]
        value = ", ".join(parts)
    return " ".join(str(value).split())
