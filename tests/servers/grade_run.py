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

TABLES = tuple(f"out/{name}.parquet" for name in ("grades", "gradings", "planted", "repeats", "rejects"))
OUTPUTS = (*TABLES, "responses.parquet", "metrics.json", "books.json")
PLANTED = 48
"""Requests for the planted set: eight rows, each with a good answer and five bad ones."""


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
    written = OUTPUTS

    def __init__(self, folder: Path, base_url: str = "", **grade: Any) -> None:
        params = self.prepare(folder)
        (folder / "gate.json").write_text('{"passed": true, "suite": "instructions"}')
        shutil.copytree(ROOT / "catalog", folder / "catalog", dirs_exist_ok=True)
        judge = {"backend": "openai", "provider": "loopback", "model": "rules"} if base_url else {}
        server = {"judge": {"base_url": base_url or "http://127.0.0.1:1/v1", "api_key_env": None}}
        self.params: dict[str, Any] = params | {
            "gradings": {
                "essays": {"groups": ["writing"], "spec": "quality", "language": "en", "max_rows": None}
            },
            "grade": params["grade"] | {"repeat_rows": 4, "model": params["grade"]["model"] | judge} | grade,
            "runtime": params["runtime"] | {"servers": server, "max_retries": 3, "concurrency": 4},
        }
        self.params["sets"] = {
            "essays": {"task": "essays", "group": "writing", "use": "train", "source": "s"}
        }
        self.params["sources"] |= {"s": {"kind": "instructions"}}
        self.write([instruction(n) for n in range(12)])

    @property
    def spec(self) -> Path:
        return self.folder / "catalog/grades/quality.yaml"

    def write(self, rows: list[Instruction]) -> None:
        write_records(self.folder / "instructions.parquet", Instruction, rows)
        write_records(self.folder / "documents.parquet", Document, [document(n) for n in range(12)])

    def arguments(self) -> list[str]:
        self.write_params()
        words = """--grading essays --params params.yaml --instructions instructions.parquet
            --documents documents.parquet --gate gate.json --spec catalog/grades/quality.yaml --out out
            --responses responses.parquet --metrics metrics.json --accounting books.json"""
        return words.split()

    def metrics(self) -> dict[str, Any]:
        return dict(json.loads((self.folder / "metrics.json").read_text(encoding="utf-8")))
