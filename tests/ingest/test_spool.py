"""Tables larger than memory, and disks that are full."""

import random
import weakref
from contextlib import suppress
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from ingested import DOCUMENTS, QUESTIONS, SETTINGS

from domaintune.core.frames import Record, read_frame
from domaintune.core.records.question import Question
from domaintune.core.sections.sources import QuestionSource, Source
from domaintune.core.stage.accounting import Reject
from domaintune.core.stage.errors import InputError
from domaintune.core.stage.files import content_id
from domaintune.core.tables.typed_rows import read_parquet_rows
from domaintune.ingest import spool
from domaintune.ingest.spool import Spool, write_all
from domaintune.ingest.stage import RECORDS, ingest

SOURCES = {
    "id,title,text": Source.model_validate(DOCUMENTS),
    "id,question,answer": QuestionSource.model_validate(QUESTIONS),
}


class Note(Record):
    id: str
    text: str


def notes(count: int) -> list[Note]:
    return [Note(id=content_id("note", str(n)), text=f"Film {n}") for n in range(count)]


def filled(rows: list[Note], batch_rows: int) -> Spool[Note]:
    table = Spool(Note, batch_rows)
    for row in rows:
        table.add(row)
    return table


@pytest.mark.parametrize("most", [200_000, 3])
def test_rows_in_any_order_and_batches_of_any_size_give_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(spool, "MOST_ROWS", most)
    rows = notes(500)
    random.Random(0).shuffle(rows)
    for name, batch_rows in (("one", 7), ("other", 100)):
        table = filled(rows, batch_rows)
        table.write(tmp_path / name)
        table.close()
        random.Random(1).shuffle(rows)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()
    assert pl.read_parquet(tmp_path / "one").rows() == sorted((row.id, row.text) for row in rows)


class Watched(Spool[Any]):
    """Counts the rows that are alive at a time."""

    made: tuple[weakref.ref[Any], ...] = ()
    most = 0

    def add(self, row: Any) -> None:
        super().add(row)
        self.made = tuple(ref for ref in (*self.made, weakref.ref(row)) if ref() is not None)
        self.most = max(self.most, len(self.made))


@pytest.mark.parametrize(("header", "source"), SOURCES.items())
def test_however_many_rows_come_one_batch_of_them_is_held(tmp_path: Path, header: str, source: Any) -> None:
    rows = [f"{n},Pump {n},The pump {n} moves {n % 97} litres an hour." for n in range(2000)]
    (tmp_path / "tiny.csv").write_text("\n".join([header, *rows, ""]))
    table = Watched(RECORDS[source.kind], 100)
    others: Any = {"rejects": Spool(Reject), "unscorable": Spool(Question)}
    ingest(tmp_path / "tiny.csv", "here", source, SETTINGS, records=table, **others)
    table.write(tmp_path / "rows.parquet")
    table.close()
    assert (pl.read_parquet(tmp_path / "rows.parquet").height, table.most <= 101) == (2000, True)


def test_a_disk_that_is_full_at_the_second_table_leaves_no_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, lost = filled(notes(5), 10), filled(notes(30), 10)

    def full(frame: pl.LazyFrame, path: Path, **_: Any) -> None:
        raise pl.exceptions.ComputeError(
            "parquet: underlying IO error: No space left on device (os error 28)"
        )

    monkeypatch.setattr(pl.LazyFrame, "sink_parquet", full)
    with pytest.raises(InputError, match="No space left on device"):
        write_all({tmp_path / "documents.parquet": kept, tmp_path / "rejects.parquet": lost})
    lost.close()
    assert list(tmp_path.iterdir()) == []


def test_a_temporary_folder_that_cannot_be_made_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(**_: Any) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tempfile.mkdtemp", full)
    with pytest.raises(InputError, match="no temporary folder can be made .No space left"):
        filled(notes(3), 2)


def test_a_parquet_file_with_flipped_bits_is_read_whole_or_is_one_error(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pl.DataFrame({"id": [str(n) for n in range(300)], "text": ["Film"] * 300}).write_parquet(path)
    whole, draw, refused = path.read_bytes(), random.Random(0), 0
    for _ in range(150):
        torn = bytearray(whole)
        torn[draw.randrange(len(whole) - 500, len(whole))] ^= 1 << draw.randrange(8)
        path.write_bytes(torn)
        try:
            assert len(list(read_parquet_rows(path, 1000, ";").records)) == 300
        except InputError:
            refused += 1
        with suppress(InputError):
            read_frame(path)
    assert refused > 20
