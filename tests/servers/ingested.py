"""Reading a source as stage ingest does, into lists."""

import json
from pathlib import Path
from typing import Any, NamedTuple

from domaintune.core.records.question import Question
from domaintune.core.sections.sources import InstructionSource, QuestionSource, Source
from domaintune.core.stage.accounting import Accounts, Reject
from domaintune.ingest.params import Ingest
from domaintune.ingest.stage import ingest

SETTINGS = Ingest(min_chars=10, max_chars=20_000, max_reject_fraction=1.0)
MAPPING: dict[str, Any] = {
    "id": "id", "title": "title", "text": "text", "keywords": None, "keyword_separator": ";", "sections": {},
    "attributes": {}, "agency": None,
}  # fmt: skip
DOCUMENTS: dict[str, Any] = {
    "path": "x", "kind": "documents", "format": "columns", "agency": None, "language": "en", "licence": "CC0",
    "columns": MAPPING,
}  # fmt: skip
QUESTIONS: dict[str, Any] = {
    "path": "x", "kind": "questions", "use": "benchmark", "language": "en", "licence": "CC0",
    "columns": {"id": "id", "question": "question", "options": "none", "answer": "answer"},
}  # fmt: skip
INSTRUCTIONS: dict[str, Any] = {
    "path": "x", "kind": "instructions", "format": "alpaca", "languages": ["en"], "licence": "CC0", "origin": "public",
    "filters": {
        "empty_output": False, "min_chars": 0, "min_chars_of": "row", "output_equals_input": False, "refusals": False,
        "wrong_language": "none", "duplicate_instruction": False,
    },
}  # fmt: skip
"""With all filters off."""
TEXTS = DOCUMENTS | {"format": "texts", "columns": None}


class Kept(list[Any]):
    """A list that takes records as a spool does."""

    add = list.append


class Ingested(NamedTuple):
    """What came out of a source."""

    rows: list[Any]
    rejects: list[Reject]
    accounts: Accounts
    unscorable: list[Question]

    @property
    def reasons(self) -> list[str]:
        """Why rows were lost, sorted."""
        return sorted(reject.reason for reject in self.rejects)


def read_source(
    raw: Path, source: Source | QuestionSource | InstructionSource, settings: Ingest = SETTINGS
) -> Ingested:
    """Read a source; every row is kept or rejected."""
    rows, rejects, unscorable = Kept(), Kept(), Kept()
    accounts = ingest(raw, "here", source, settings, records=rows, rejects=rejects, unscorable=unscorable)
    assert accounts.rows_in == accounts.kept + len(rejects), "nothing is lost"
    return Ingested(rows, rejects, accounts, unscorable)


def lines(folder: Path, *records: Any) -> Path:
    """Write records as JSON lines; a text stands as it is."""
    path = folder / "set.jsonl"
    told = (record if isinstance(record, str) else json.dumps(record) for record in records)
    path.write_text("".join(f"{line}\n" for line in told), encoding="utf-8")
    return path


def read_set(path: Path, name: str, filters: Any = None, **changes: Any) -> Ingested:
    """Read an instruction set with all filters off but those that are named."""
    own = changes | {"format": name, "filters": INSTRUCTIONS["filters"] | (filters or {})}
    return read_source(path, InstructionSource.model_validate(INSTRUCTIONS | own))
