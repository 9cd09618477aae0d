"""Runs `python -m domaintune.grade` in a folder of its own, as dvc would."""

import json
import shutil
from pathlib import Path
from typing import Any

from generate_run import ROOT, document
from records import blank
from stage_project import StageProject

from domaintune.core.frames import write_records
from domaintune.core.records.document import Document
from domaintune.core.records.instruction import Instruction
from domaintune.core.stage.files import content_id

TABLES = tuple(f"out/{name}.parquet" for name in ("grades", "gradings", "calibration", "repeats", "rejects"))
PLANTED = 48
"""Requests for the calibration set: eight rows, each with a good answer and five bad ones."""


def instruction(number: int, **changes: Any) -> Instruction:
    """Return a training row of the group writing; every third one was made from document `number`."""
    name = content_id("row", str(number))
    fields: dict[str, Any] = {
        "id": name,
        "task": "essays",
        "group": "writing",
        "language": "en",
        "instruction": f"Describe pump number {number} in a sentence.",
        "output": f"Pump number {number} weighs {number} kg and cools the telescope.",
        "document_id": document(number).id if number % 3 == 0 else "",
        "origin": "public",
        "licence": "Apache-2.0",
        "split": "train",
    }
    return blank(Instruction, **fields | changes)


class Project(StageProject):
    """A folder with what the stage reads."""

    stage = "grade"
    command = """--grading essays --params params.yaml --instructions instructions.parquet
        --documents documents.parquet --gate gate.json --spec quality.yaml --out out
        --responses responses.parquet --metrics metrics.json --accounting books.json"""
    written = (*TABLES, "responses.parquet", "metrics.json", "books.json")

    def __init__(self, folder: Path, base_url: str = "", **grade: Any) -> None:
        super().__init__(folder)
        (folder / "gate.json").write_text('{"passed": true, "suite": "instructions"}')
        self.spec = folder / "quality.yaml"
        shutil.copy(ROOT / "catalog/grades/quality.yaml", self.spec)
        self.params["grade"] |= {"repeat_rows": 4} | grade
        if base_url:
            self.serve(self.params["grade"]["model"], base_url)
        own = {"groups": ["writing"], "spec": "quality", "language": "en", "max_rows": None}
        self.params["gradings"] = {"essays": own}
        made = {"task": "essays", "group": "writing", "use": "train", "source": "s"}
        self.params["sets"] = {"essays": made}
        self.params["sources"]["s"] = {"kind": "instructions"}
        self.write([instruction(n) for n in range(12)])

    def write(self, rows: list[Instruction]) -> None:
        write_records(self.folder / "instructions.parquet", Instruction, rows)
        write_records(self.folder / "documents.parquet", Document, [document(n) for n in range(12)])

    def metrics(self) -> dict[str, Any]:
        return dict(json.loads((self.folder / "metrics.json").read_text(encoding="utf-8")))
