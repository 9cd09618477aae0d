"""Looking at a raw file or folder: how it is to be opened, and its first records."""

import os
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from domaintune.core.sections.columns import TableLayout
from domaintune.core.sections.sources import InstructionSource, QuestionSource, Source
from domaintune.core.stage.errors import InputError
from domaintune.core.tables.cells import BrokenRow, Cells
from domaintune.core.tables.dataset_rows import SAVED, read_dataset
from domaintune.core.tables.delimited import read_delimited
from domaintune.core.tables.encoding import open_text, other_encoding
from domaintune.core.tables.file_kinds import file_kind
from domaintune.core.tables.opening import JSON, PARQUET, TABLES, open_table
from domaintune.ingest.reading import LIST_MARK
from domaintune.ingest.text_files import SUFFIXES

SAMPLE_ROWS, SAMPLE_FILES = 500, 200
"""Records, and files of a folder, that are looked at."""
MAX_CHARS = 1_000_000
SPLITS = {"train", "training", "dev", "val", "valid", "validation", "test"}
"""Words at an end of a file's or folder's name that make it a split of a data set."""
SPLIT_COLUMNS = {"split", "Split", "partition", "subset", "set"}
ABOUT = re.compile(r"readme|licen[cs]e|copying|notice|source|citation|changelog", re.IGNORECASE)
"""Names of files that speak of the others."""
HUB_PATH = "locks/ingest.txt"
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
    files: Sequence[str]
    """The file of each row within a folder of tables, and nothing where one file is read."""
    table: TableLayout | None
    dataset: str | None

    def entry(self, language: str) -> dict[str, Any]:
        """Return what entries of all kinds have."""
        read = {"path": self.path, "table": self.table, "dataset": self.dataset}
        return read | {"language": language, "licence": "unknown"}


class Proposal(NamedTuple):
    """An entry, and what a person should look at."""

    entry: Source | QuestionSource | InstructionSource
    notes: list[str]


def files_of(path: Path) -> list[Path]:
    """Return the files of a folder that can hold its records, sorted; a file alone."""
    if not path.is_dir():
        return [path] if path.is_file() else []
    found = (file for file in sorted(path.rglob("*")) if file.is_file())
    return [file for file in found if file.suffix.lower() in {*TABLES, *SUFFIXES, ".arrow"}]


def is_texts(path: Path) -> bool:
    """Say whether a path is a text (.txt: unless a table), or a folder with more texts, a README apart, than tables."""
    if not path.is_dir():
        return path.is_file() and path.suffix.lower() in {*SUFFIXES} - {".txt"}
    files = [file for file in files_of(path) if not ABOUT.match(file.stem)]
    return sum(file.suffix.lower() in SUFFIXES for file in files) * 2 > len(files)


def refuse_splits(path: Path) -> None:
    """Stop at a folder of files that are splits of one set: read as one, what is held out would be trained on."""
    if path.is_dir() and not _is_data_set(path):
        parts = (part for file in files_of(path) for part in file.relative_to(path).with_suffix("").parts)
        words = (re.split(r"[\W_]+", part.casefold()) for part in parts)
        found = SPLITS.intersection(word for ends in words for word in (ends[0], ends[-1]))
        _refuse(path, found, "the folder holds files of several splits")


def refuse_split_column(path: Path | str, rows: Iterable[Mapping[str, object]]) -> None:
    """Stop at a table that says of each record of which split it is, as at files of several splits."""
    said = {str(row.get(name)).casefold() for row in rows for name in SPLIT_COLUMNS & row.keys()}
    _refuse(path, said & SPLITS, "a column names several splits")


def _refuse(path: Path | str, found: Collection[str], what: str) -> None:
    if len(found) > 1:
        raise InputError(
            f"{path}: {what} ({', '.join(sorted(found))}). Add each by itself, as a file or folder of its own or as "
            "`FOLDER#split`, so that what is held out is not mixed with what is trained on."
        )


def encoding_of(path: Path) -> str | None:
    """Return in which encoding a file or the first files of a folder are, where it is neither UTF-8 nor marked."""
    packed = {*PARQUET, ".pdf", ".arrow"}
    texts = (file for file in files_of(path) if file.suffix.lower() not in packed)
    readable = islice((file for file in texts if os.access(file, os.R_OK)), SAMPLE_FILES)
    return other_encoding([file for file in readable if file_kind(file) is None])


def look(path: Path, encoding: str | None = None) -> Look:
    """Open a file, a folder of tables, a data set's folder, or one on the hub (`hub:owner/name@revision`)."""
    reference, layout, dataset = path.as_posix(), None, None
    opened, _, split = reference.partition("#")
    if reference.startswith("hub:"):
        opened, dataset = HUB_PATH, reference
    elif Path(opened).is_dir() and (split or _is_data_set(path)):
        dataset = f"local#{split}" if split else "local"
    if dataset:
        table = read_dataset(dataset, Path(opened), MAX_CHARS, LIST_MARK)
    else:
        layout, opened = _layout(path, encoding), reference
        table = open_table(path, MAX_CHARS, LIST_MARK, layout)
    records = list(islice(table.records, SAMPLE_ROWS))
    rows = [record for record in records if isinstance(record, Cells)]
    if not records:
        raise InputError(f"{opened}: no record stands below the header; nothing to propose.")
    if not rows:
        raise unreadable(opened, records, "records")
    values, files = [row.values for row in rows], [row.file for row in rows]
    refuse_split_column(opened, values)
    return Look(opened, table.columns, values, files, layout, dataset)


def _is_data_set(folder: Path) -> bool:
    """Say whether `datasets` wrote a folder, or it is a copy of one on the hub, with a card."""
    card = folder / "README.md"
    carded = card.is_file() and card.read_text(encoding="utf-8", errors="replace").startswith("---")
    return carded or any(file.name in SAVED or file.suffix == ".arrow" for file in folder.rglob("*"))


def unreadable(path: Path | str, found: Sequence[object], what: str) -> InputError:
    """Return what to say where nothing that was looked at can be read."""
    why = next((f" ({one.place}: {one.detail})" for one in found if isinstance(one, BrokenRow)), "")
    return InputError(f"{path}: none of the first {len(found)} {what} is readable{why}; nothing to propose.")


def encoded(encoding: str | None) -> TableLayout | None:
    """Return what an entry says of a table or texts in an encoding; nothing of UTF-8."""
    return TableLayout.model_validate({"encoding": encoding}) if encoding else None


def _layout(opened: Path, encoding: str | None) -> TableLayout | None:
    """Tell comments, files without a header, and quotation marks that quote nothing; None for none of these."""
    endings = TABLES if opened.is_dir() else {opened.suffix.lower()}  # a file alone may have any
    named = (file for file in files_of(opened) if file.suffix.lower() in endings - JSON - PARQUET)
    if (path := next(named, None)) is None:
        return encoded(encoding)
    with open_text(path, encoding) as stream:
        line = stream.readline(1000)
        while line and not line.strip():
            line = stream.readline(1000)
    comment = "#" if line.startswith("#") else None
    quoted = TableLayout.model_validate({"comment": comment, "encoding": encoding})
    for header in EXAM_HEADERS:  # all first records have a question, options, and a letter as answer
        layout = quoted.model_copy(update={"header": header})
        records = list(islice(read_delimited(path, MAX_CHARS, layout).records, 20))
        answers = [record.values["answer"].strip() if isinstance(record, Cells) else "" for record in records]
        if answers and set(header[1:-1]).issuperset(answers):
            return layout
    plain = quoted.model_copy(update={"quoting": False})
    chosen = min((quoted, plain), key=lambda layout: _broken(path, layout))
    return None if chosen == TableLayout() else chosen


def _broken(path: Path, layout: TableLayout) -> int:
    """Count the first records that cannot be read with a layout."""
    try:
        records = islice(read_delimited(path, MAX_CHARS, layout).records, SAMPLE_ROWS)
        return sum(isinstance(record, BrokenRow) for record in records)
    except InputError:
        return SAMPLE_ROWS + 1
