"""Reading instruction sets that a test writes."""

import json
from pathlib import Path
from typing import Any

import pytest
from ingested import INSTRUCTIONS, Ingested, read_source

from domaintune.core.sections.sources import InstructionSource


class Sets:
    """Writes and reads instruction sets with all filters off but those that are named."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def lines(self, *records: Any) -> Path:
        path = self.folder / "set.jsonl"
        lines = (record if isinstance(record, str) else json.dumps(record) for record in records)
        path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        return path

    def read(self, path: Path, name: str, filters: Any = None, **changes: Any) -> Ingested:
        own = changes | {"format": name, "filters": INSTRUCTIONS["filters"] | (filters or {})}
        return read_source(path, InstructionSource.model_validate(INSTRUCTIONS | own))


@pytest.fixture
def sets(tmp_path: Path) -> Sets:
    return Sets(tmp_path)
