"""Runs `python -m domaintune.translate` in a folder of its own, as dvc would, with either engine."""

import shutil
from pathlib import Path
from typing import Any

import deepl_server
import openai_server
import polars as pl
from committed import ROOT
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
    written = (*(f"out/{name}.parquet" for name in TABLES), "responses.parquet", "books.json")

    def __init__(self, folder: Path, base_url: str = NOWHERE, engine: str = "teacher") -> None:
        params = self.prepare(folder)
        shutil.copy(ROOT / "catalog/translate/instructions.yaml", folder / "spec.yaml")
        own = {
            "source": "open",
            "task": "open",
            "group": "survey",
            "use": "train",
            "to": "ko",
            "max_rows": None,
        }
        servers = {"teacher": {"base_url": base_url, "api_key_env": None}}
        self.params: dict[str, Any] = {
            "seed": 1,
            "sources": {"open": {"kind": "instructions"}},
            "sets": {"open_ko": own},
            "corpus": params["corpus"],
            "teacher": params["teacher"] | {"backend": "openai", "provider": "loopback", "model": "m"},
            "translate": params["translate"] | {"length_ratio": [0.6, 1.7]},
            "runtime": params["runtime"] | {"servers": servers, "max_retries": 2},
        }
        self.set, self.how = own, self.params["translate"]
        if engine == "endpoint":
            self.use_endpoint(base_url)

    def use_endpoint(self, base_url: str, api_key_env: str | None = None, **changes: Any) -> None:
        """Have a translation endpoint translate; its key is in `api_key_env`."""
        endpoint = {"protocol": "deepl", "server": "translator", "provider": "loopback", "model": ""}
        self.how |= {"engine": "endpoint", "endpoint": endpoint | {"tag_handling": "xml"} | changes}
        server = {"base_url": base_url, "api_key_env": api_key_env}
        self.params["runtime"]["servers"] |= {"translator": server}

    def write_rows(self, rows: list[Instruction]) -> None:
        write_records(self.folder / "source/instructions.parquet", Instruction, rows)

    def arguments(self) -> list[str]:
        self.write_params()
        words = """--params params.yaml --set open_ko --prompts spec.yaml --source source --out out
            --responses responses.parquet --accounting books.json"""
        return words.split()

    def rows(self) -> list[Instruction]:
        return read_records(self.folder / "out/instructions.parquet", Instruction)

    def table(self, name: str) -> list[dict[str, Any]]:
        return pl.read_parquet(self.folder / f"out/{name}.parquet").to_dicts()
