"""Opening a table by its name's ending."""

from pathlib import Path

from domaintune.core.stage.errors import InputError
from domaintune.core.tables.cells import Layout, Table
from domaintune.core.tables.delimited import read_delimited
from domaintune.core.tables.json_rows import read_json_lines
from domaintune.core.tables.parquet_rows import read_parquet_rows


def open_table(path: Path, max_chars: int, separator: str, layout: Layout | None = None) -> Table:
    """Open JSON Lines, Parquet, or else delimited text; lists become text joined by `separator`.

    Raises:
        InputError: it cannot be read.
    """
    if path.suffix in {".jsonl", ".ndjson"}:
        return read_json_lines(path, max_chars, separator)
    if path.suffix in {".parquet", ".pq"}:
        return read_parquet_rows(path, max_chars, separator)
    return read_delimited(path, max_chars, layout)


def check_columns(path: Path, where: str, needed: tuple[str, ...], present: tuple[str, ...]) -> None:
    """Compare the columns that are needed with those a file has.

    Raises:
        InputError: columns are missing; all are named.
    """
    if missing := [column for column in needed if column not in present]:
        raise InputError(
            f"{path}: {where}: columns {missing} are missing; the file has {list(present)}. Correct the "
            "entry in params.yaml, or give the right file."
        )
