"""Writing a table that may be larger than memory: batches to a temporary folder, then one sorted file."""

import shutil
import tempfile
from pathlib import Path
from typing import Generic

import polars as pl

from domaintune.core.frames import RecordT, write_records
from domaintune.core.stage.files import replacing
from domaintune.core.tables.cells import BATCH_ROWS

GROUP_ROWS = 50_000
"""Row group size of all our tables."""


class Spool(Generic[RecordT]):
    """Takes records one by one, holds a batch of them, and in the end writes all of them sorted by id."""

    def __init__(self, record: type[RecordT], batch_rows: int = BATCH_ROWS) -> None:
        self.record, self.batch_rows = record, batch_rows
        self._rows: list[RecordT] = []
        self._parts: list[Path] = []
        self._folder: Path | None = None
        self.count = 0

    def add(self, row: RecordT) -> None:
        """Take one record."""
        self._rows.append(row)
        self.count += 1
        if len(self._rows) >= self.batch_rows:
            self._flush()

    def write(self, path: Path) -> None:
        """Write the table. What fits one batch never touches the temporary folder."""
        if not self._parts:
            write_records(path, self.record, self._rows)
            return
        self._flush()
        ids = pl.concat([pl.scan_parquet(part).select("id") for part in self._parts]).collect()["id"].sort()
        bounds = [str(ids[start]) for start in range(0, len(ids), self.batch_rows)]
        ranges = []
        for number, (low, high) in enumerate(zip(bounds, [*bounds[1:], None], strict=True)):
            ranges.append(self._parts[0].with_name(f"sorted-{number:06d}.parquet"))
            self._between(low, high).sort("id").write_parquet(ranges[-1])  # one range in memory at a time
        with replacing(path) as temporary:
            pl.scan_parquet(ranges).sink_parquet(
                temporary, compression="zstd", row_group_size=GROUP_ROWS, maintain_order=True
            )

    def close(self) -> None:
        """Remove the temporary folder."""
        if self._folder is not None:
            shutil.rmtree(self._folder)
            self._folder = None

    def _between(self, low: str, high: str | None) -> pl.DataFrame:
        wanted = pl.col("id") >= low
        if high is not None:
            wanted &= pl.col("id") < high
        return pl.concat([pl.scan_parquet(part).filter(wanted).collect() for part in self._parts])

    def _flush(self) -> None:
        if not self._rows:
            return
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="domaintune-ingest-"))
        part = self._folder / f"{len(self._parts):06d}.parquet"
        self.record.to_frame(list[RecordT](self._rows)).write_parquet(part)
        self._parts.append(part)
        self._rows = []
