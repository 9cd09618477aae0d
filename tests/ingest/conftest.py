"""Reading instruction sets that a test writes."""

import json
from pathlib import Path
from typing import Any

import pytest
from ingested import Ingested, read_source

from domaintune.core.sections.sources import InstructionSource

OFF: dict[str, Any] = {
    "empty_output": False, "min_chars": 0, "min_chars_of": "row", "output_equals_input": False, "refusals": False,
    "wrong_language": "none", "duplicate_instruction": False,
}  # fmt: skip


class Sets:
    """Writes and reads instruction sets with all filters off but those that are named."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def entry(self, name: str, **changes: Any) -> dict[str, Any]:
        filters = {**OFF, **changes.pop("filters", {})}
        base = {"path": "x", "kind": "instructions", "format": name, "languages": ["en"], "licence": "CC0"}
        return {**base, "origin": "public", "filters": filters, **changes}

    def lines(self, *records: Any) -> Path:
        path = self.folder / "set.jsonl"
        texts = [
            record if isinstance(record, str) else json.dumps(record, ensure_ascii=False)
            for record in records
        ]
        path.write_text("\n".join([*texts, ""]), encoding="utf-8")
        return path

    def read(self, path: Path, name: str, **changes: Any) -> Ingested:
        return read_source(path, InstructionSource.model_validate(self.entry(name, **changes)))


@pytest.fixture
def sets(tmp_path: Path) -> Sets:
    return Sets(tmp_path)
