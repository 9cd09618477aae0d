"""Reading what `ingest` made of all sources."""

from collections.abc import Mapping
from pathlib import Path

from domaintune.core.fan_in import check_owned
from domaintune.core.frames import RecordT, read_records
from domaintune.core.records.document import Document
from domaintune.core.sections.sources import InstructionSource, QuestionSource, Source

Sources = Mapping[str, Source | QuestionSource | InstructionSource]


def read_all(folder: Path, sources: Sources, record: type[RecordT]) -> list[RecordT]:
    """Return the rows of all sources of the record's kind.

    Raises:
        InputError: a folder belongs to no source of that kind, or a table is missing.
    """
    kind = "documents" if issubclass(record, Document) else "questions"
    names = [name for name, source in sources.items() if source.kind == kind]
    check_owned(folder, names, "sources")
    return [row for name in names for row in read_records(folder / name / f"{kind}.parquet", record)]


def uses_of(sources: Sources) -> dict[str, str]:
    """Return of each question source whether it is for train or benchmark."""
    return {name: source.use for name, source in sources.items() if isinstance(source, QuestionSource)}
