"""Looking at a raw file or folder: how it is to be opened, and its first records."""

import re
from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from domaintune.core.sections.sources import TableLayout
from domaintune.core.stage.errors import InputError
from domaintune.core.tables.cells import BrokenRow, Cells, Layout, Table
from domaintune.core.tables.dataset_rows import SAVED, read_dataset
from domaintune.core.tables.delimited import read_delimited
from domaintune.core.tables.encoding import open_text
from domaintune.core.tables.json_rows import read_json_array
from domaintune.core.tables.opening import TABLES, open_table
from domaintune.ingest.from_techport import ARRAY
from domaintune.ingest.from_texts import SUFFIXES
from domaintune.ingest.reading import LIST_MARK

SAMPLE_ROWS = 500
MAX_CHARS = 1_000_000
TYPED = {".json", ".jsonl", ".ndjson", ".parquet", ".pq"}
SPLITS = {"train", "dev", "validation", "test"}
"""Names of files that are splits of one data set."""
TECHPORT = re.compile(rf"""\s*\{{[^[]*"{ARRAY}"\s*:\s*\[""")
HUB_PATH = "locks/tables.txt"
"""What stands in `path` of a hub data set: DVC needs a file, and the revision pins the data."""
EXAM_HEADERS = (["question", "A", "B", "C", "D", "answer"], ["question", "A", "B", "C", "D", "E", "answer"])
"""Columns of MMLU's files, which have no header line."""
Rows = Sequence[Mapping[str, str]]


class Look(NamedTuple):
    """What a look at the beginning showed."""

    path: str
    """For the entry."""
    columns: tuple[str, ...]
    rows: Rows
    table: TableLayout | None
    dataset: str | None


def is_texts(path: Path) -> bool:
    """Say whether a path is a text (.txt: unless a table), or a folder of texts and no data set with a README.md."""
    if not path.is_dir():
        return path.is_file() and path.suffix.lower() in {*SUFFIXES} - {".txt"}
    found = {file.suffix.lower() for file in path.rglob("*") if file.is_file()}
    return bool(found & set(SUFFIXES)) and not found & {*TABLES, ".arrow"}


def look(path: Path) -> Look:
    """Open a file, a folder of tables, a data set's folder, or one on the hub (`hub:owner/name@revision`).

    Raises:
        InputError: it cannot be read, or has no readable record at its beginning.
    """
    reference = path.as_posix()
    if reference.startswith("hub:"):
        return _first(HUB_PATH, read_dataset(reference, Path(), MAX_CHARS, LIST_MARK), None, reference)
    folder, _, split = reference.partition("#")
    if Path(folder).is_dir() and (split or _is_data_set(path)):
        local = f"local#{split}" if split else "local"
        return _first(folder, read_dataset(local, Path(folder), MAX_CHARS, LIST_MARK), None, local)
    if is_techport(path):
        return _first(reference, read_json_array(path, ARRAY, MAX_CHARS), None, None)
    if path.suffix in TYPED or path.is_dir():
        return _first(reference, open_table(path, MAX_CHARS, LIST_MARK), None, None)
    layout = _layout(path)
    table = read_delimited(path, MAX_CHARS, layout)
    given = TableLayout(
        comment=layout.comment, quoting=layout.quoting, header=list(layout.header) if layout.header else None
    )
    return _first(reference, table, None if layout == Layout() else given, None)


def is_techport(path: Path) -> bool:
    """Say whether a file begins as an answer of TechPort's search does."""
    if path.suffix != ".json" or not path.is_file():
        return False
    with open_text(path) as stream:
        return bool(TECHPORT.match(stream.read(10_000)))


def _is_data_set(folder: Path) -> bool:
    """Say whether `datasets` wrote a folder, or its files are splits or have a card; else each is a table."""
    card = folder / "README.md"
    carded = card.is_file() and card.read_text(encoding="utf-8", errors="replace").startswith("---")
    files = [file for file in folder.rglob("*") if file.is_file()]
    made = any(file.name in SAVED or file.suffix == ".arrow" for file in files)
    return carded or made or any(file.stem.casefold() in SPLITS for file in files)


def _first(path: str, table: Table, layout: TableLayout | None, dataset: str | None) -> Look:
    rows = [record.values for record in islice(table.records, SAMPLE_ROWS) if isinstance(record, Cells)]
    if not rows:
        raise InputError(f"{path}: no readable record among the first {SAMPLE_ROWS}; nothing to propose.")
    return Look(path, table.columns, rows, layout, dataset)


def _layout(path: Path) -> Layout:
    """Tell comments, files without a header, and quotation marks that quote nothing."""
    with open_text(path) as stream:
        line = stream.readline(1000)
        while line and not line.strip():
            line = stream.readline(1000)
    comment = "#" if line.startswith("#") else None
    for header in EXAM_HEADERS:
        layout = Layout(comment, header=tuple(header))
        if _is_exam(path, layout):
            return layout
    plain = Layout(comment, quoting=False)
    return min((Layout(comment), plain), key=lambda layout: _broken(path, layout))


def _is_exam(path: Path, layout: Layout) -> bool:
    """Say whether all first records have a question, options, and a letter as answer."""
    records = list(islice(read_delimited(path, MAX_CHARS, layout).records, 20))
    letters = set((layout.header or ())[1:-1])
    return bool(records) and all(
        isinstance(record, Cells) and record.values["answer"].strip() in letters for record in records
    )


def _broken(path: Path, layout: Layout) -> int:
    """Count the first records that cannot be read with a layout."""
    try:
        records = islice(read_delimited(path, MAX_CHARS, layout).records, SAMPLE_ROWS)
        return sum(isinstance(record, BrokenRow) for record in records)
    except InputError:
        return SAMPLE_ROWS + 1
