"""Runs `python -m domaintune.translate` in a folder of its own, as dvc would, with either engine."""

from pathlib import Path
from typing import Any

import deepl_server
import openai_server
import polars as pl
from records import blank
from stage_project import StageProject

from domaintune.core.frames import read_records, write_records
from domaintune.core.records.instruction import Instruction
from domaintune.core.stage.files import content_id

TABLES = ("instructions", "rejects", "back_translation")
SERVERS = {"teacher": openai_server.Server, "endpoint": deepl_server.Server}
NOWHERE = "http://127.0.0.1:9"


def row(number: int, **fields: Any) -> Instruction:
    """Return a row as `ingest` writes it: no task, no group, no split."""
    values = {
        "id": content_id("open", str(number)),
        "language": "en",
        "instruction": f"Say how pump number {number} works and what it is good for.",
        "output": f"Pump {number} moves water for {number} hours, and `pump({number})` starts it.",
        "origin": "public",
        "licence": "Apache-2.0",
        "split": "",
    }
    return blank(Instruction, **values | fields)


def rows_of(n: int = 24) -> list[Instruction]:
    return [row(number) for number in range(11, 11 + n)]


class Project(StageProject):
    """A folder with what the stage reads."""

    stage = "translate"
    command = """--params params.yaml --set open_ko --prompts catalog/translate/instructions.yaml --source source
        --out out --responses responses.parquet --accounting books.json"""
    written = (*(f"out/{name}.parquet" for name in TABLES), "responses.parquet", "books.json")

    def __init__(self, folder: Path, base_url: str = NOWHERE, engine: str = "teacher") -> None:
        super().__init__(folder)
        self.set: dict[str, Any] = {"source": "open", "task": "open", "group": "survey", "use": "train"}
        self.set |= {"to": "ko", "max_rows": None}
        self.params |= {
            "seed": 1,
            "sources": {"open": {"kind": "instructions"}},
            "sets": {"open_ko": self.set},
        }
        self.how = self.params["translate"]
        self.how["length_ratio"] = [0.6, 1.7]
        self.serve(self.params["teacher"], base_url)
        if engine == "endpoint":
            self.use_endpoint(base_url)

    def use_endpoint(self, base_url: str, api_key_env: str | None = None, **changes: Any) -> None:
        """Have a translation endpoint translate; its key is in `api_key_env`."""
        endpoint = {"protocol": "deepl", "server": "translator", "provider": "loopback", "model": ""}
        self.how |= {"engine": "endpoint", "endpoint": endpoint | {"tag_handling": "xml"} | changes}
        self.params["runtime"]["servers"]["translator"] = {"base_url": base_url, "api_key_env": api_key_env}

    def write_rows(self, rows: list[Instruction]) -> None:
        write_records(self.folder / "source/instructions.parquet", Instruction, rows)

    def rows(self) -> list[Instruction]:
        return read_records(self.folder / "out/instructions.parquet", Instruction)

    def table(self, name: str) -> list[dict[str, Any]]:
        return pl.read_parquet(self.folder / f"out/{name}.parquet").to_dicts()
