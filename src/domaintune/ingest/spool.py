"""What a source gives may be larger than memory: its tables in batches on disk, and the ids of its kept records."""

import gc
import shutil
import sqlite3
import tempfile
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any, Generic

import polars as pl

from domaintune.core.frames import RecordT, saving, write_records
from domaintune.core.stage.errors import InputError
from domaintune.core.stage.files import content_id
from domaintune.core.tables.cells import BATCH_ROWS
from domaintune.ingest.fields import RowError

GROUP_ROWS = 50_000
"""Row group size of all our tables."""
MOST_OBJECTS = 50
"""Objects a held row is made of, about. The collector would look through all of them again and again, in vain."""
MOST_ROWS, PART_ROWS = 200_000, 500
"""Rows that are sorted in memory at once, and in a row group of a part."""


class Spool(Generic[RecordT]):
    """Takes records one by one, holds a batch of them, and in the end writes all of them sorted by id."""

    def __init__(self, record: type[RecordT], batch_rows: int = BATCH_ROWS) -> None:
        self.record, self.batch_rows = record, batch_rows
        self._rows: list[RecordT] = []
        self._count = self._parts = 0
        gc.set_threshold(max(gc.get_threshold()[0], batch_rows * MOST_OBJECTS))
        self._folder: Path | None = None

    def add(self, row: RecordT) -> None:
        """Take one record."""
        self._rows.append(row)
        if len(self._rows) >= self.batch_rows:
            self._flush()

    def write(self, path: Path) -> None:
        """Write the table. What fits one batch touches no temporary folder; a full disk leaves nothing behind."""
        if self._folder is None:
            write_records(path, self.record, self._rows)
            return
        self._flush()
        parts, count = pl.scan_parquet(self._folder / "part-*.parquet"), 1 + self._count // MOST_ROWS
        borders = [f"{16**4 * number // count:04x}" for number in range(count)]
        ranges = []
        for first, behind in pairwise([*borders, "g"]):  # ids are hexadecimal, and evenly spread
            ranges.append(self._folder / f"sorted-{first}.parquet")
            with saving(ranges[-1]) as temporary:  # one range in memory at a time
                rows = parts.filter(
                    pl.col("id").is_between(pl.lit(first), pl.lit(behind), closed="left")
                ).collect()
                rows.sort("id").write_parquet(temporary)
        with saving(path) as temporary:
            pl.scan_parquet(ranges).sink_parquet(
                temporary, compression="zstd", row_group_size=GROUP_ROWS, maintain_order=True
            )

    def close(self) -> None:
        """Remove the temporary folder."""
        if self._folder is not None:
            shutil.rmtree(self._folder)
            self._folder = None

    def _flush(self) -> None:
        """Write the batch sorted, in small row groups: of those a range of ids need not be looked for in most."""
        if not self._rows:
            return
        if self._folder is None:
            try:
                self._folder = Path(tempfile.mkdtemp(prefix="domaintune-ingest-"))
            except OSError as error:
                raise InputError(
                    f"{tempfile.gettempdir()}: no temporary folder can be made ({error.strerror}). Free some space "
                    "there, or set TMPDIR to a folder with space."
                ) from error
        with saving(self._folder / f"part-{self._parts:06d}.parquet") as temporary:
            self.record.to_frame(self._rows).sort("id").write_parquet(temporary, row_group_size=PART_ROWS)
        self._count, self._parts = self._count + len(self._rows), self._parts + 1
        self._rows = []


def write_all(tables: Mapping[Path, Spool[Any]]) -> None:
    """Write tables that belong together; where one cannot be written, none of them is left."""
    try:
        for path, table in tables.items():
            table.write(path)
    except BaseException:
        for path in tables:
            path.unlink(missing_ok=True)
        raise


class Seen:
    """The ids of one source's kept records, in a temporary database: millions of them take no memory."""

    def __init__(self, key: str, column: str | None) -> None:
        self._key, self._column = key, column
        self._kept = sqlite3.connect("")  # a file without name, removed with the process
        self._kept.execute("PRAGMA journal_mode = OFF")
        self._kept.execute("CREATE TABLE kept (id INTEGER PRIMARY KEY, file TEXT, place TEXT, text TEXT)")

    def check(self, native_id: str, place: str, text: str, file: str = "") -> str:
        """Remember a new id and return it; refuse one that was kept before: say where, and what to do about it.

        `text` is a hash of the record's text: the same id with another text means that the column does not name
        records. Where that stands in another file of a folder, each file names its own, and the id returned is told
        apart by the file.
        """
        if (before := self.first(native_id, place, text, file)) is None:
            return native_id
        first_file, first_place, first_text = before
        first = f"id {native_id!r} was kept before ({first_place})"
        if first_text == text:
            raise RowError("duplicate_id", f"{first}, with the same text")
        if file and file != first_file:
            return self.check(f"{file}#{native_id}", place, text)
        hint = f"; if column {self._column!r} does not name single records, set sources.{self._key}.columns.id to "
        hint += "another column or to null"
        raise RowError("id_of_another_text", f"{first}, with another text{hint if self._column else ''}")

    def first(self, native_id: str, place: str, text: str, file: str = "") -> tuple[str, str, str] | None:
        """Remember a new id; of one that was kept before return the file, the place and the text."""
        name = int(content_id(self._key, native_id), 16) - 2**63  # SQLite's integers have a sign
        try:
            added = self._kept.execute(
                "INSERT OR IGNORE INTO kept VALUES (?, ?, ?, ?)", (name, file, place, text)
            )
        except sqlite3.Error as error:
            raise InputError(
                f"sources.{self._key}: the ids seen cannot be written to a temporary file ({error}). Free some space "
                "in the temporary folder, or set SQLITE_TMPDIR to one with space; nothing was half-written."
            ) from error
        if added.rowcount == 1:
            return None
        row = self._kept.execute("SELECT file, place, text FROM kept WHERE id = ?", (name,)).fetchone()
        return str(row[0]), str(row[1]), str(row[2])
