"""Rows of an instruction set, and a folder to run the stage in, as dvc would."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from committed import PARAMS
from openai_server import Server
from ruamel.yaml import YAML
from stage_project import StageProject

from domaintune.core.frames import read_records, write_records
from domaintune.core.records.instruction import Instruction
from domaintune.core.stage.files import content_id
from domaintune.translate.params import Translate

ROOT = Path(__file__).parents[2]
TABLES = ("instructions", "rejects", "back_translation")
OUTPUTS = (*(f"out/{name}.parquet" for name in TABLES), "responses.parquet", "books.json")


def row(number: int, **fields: Any) -> Instruction:
    """Return a row as `ingest` writes it: no task, no group, no split."""
    values = {
        "id": content_id("open", str(number)), "task": "", "group": "", "language": "en", "system": "",
        "instruction": f"Say how pump number {number} works and what it is good for.",
        "input": "", "output": f"Pump {number} moves water for {number} hours, and `pump({number})` starts it.",
        "turns": [], "document_id": "", "category": "", "origin": "public", "request_id": "",
        "licence": "Apache-2.0", "split": "", **fields,
    }  # fmt: skip
    return Instruction.model_validate(values)


class StageRun(StageProject):
    """A folder with what the stage reads."""

    stage = "translate"
    written = OUTPUTS

    def __init__(self, folder: Path, base_url: str, ledger: Path | None = None) -> None:
        self.folder, self.ledger = folder, ledger or folder / "ledger.sqlite3"
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copytree(ROOT / "locks", folder / "locks", dirs_exist_ok=True)
        shutil.copy(ROOT / "catalog/translate/instructions.yaml", folder / "card.yaml")
        params = YAML(typ="safe").load(PARAMS.read_text(encoding="utf-8"))
        self.params: dict[str, Any] = {
            "seed": 1,
            "sources": {"open": {"kind": "instructions"}},
            "sets": {
                "open_ko": {
                    "source": "open", "task": "open", "group": "survey", "use": "train", "to": "ko", "max_rows": None,
                }
            },
            "corpus": params["corpus"],
            "teacher": params["teacher"] | {"backend": "openai", "provider": "loopback", "model": "m"},
            "translate": params["translate"] | {"length_ratio": [0.6, 1.7]},
            "runtime": params["runtime"]
            | {"servers": {"teacher": {"base_url": base_url, "api_key_env": None}}, "max_retries": 2},
        }  # fmt: skip

    def use_endpoint(self, base_url: str, **changes: Any) -> None:
        """Have a translation endpoint translate; its key is in MY_KEY if `api_key_env` says so."""
        key = changes.pop("api_key_env", None)
        self.params["translate"] |= {
            "engine": "endpoint",
            "endpoint": {
                "protocol": "deepl", "server": "translator", "provider": "loopback", "model": "", "tag_handling": "xml",
            } | changes,
        }  # fmt: skip
        self.params["runtime"]["servers"] |= {"translator": {"base_url": base_url, "api_key_env": key}}

    def write_rows(self, rows: list[Instruction]) -> None:
        write_records(self.folder / "source/instructions.parquet", Instruction, rows)

    def arguments(self) -> list[str]:
        self.write_params()
        words = """--params params.yaml --set open_ko --prompts card.yaml --source source --out out
            --responses responses.parquet --accounting books.json"""
        return words.split()

    def rows(self) -> list[Instruction]:
        return read_records(self.folder / "out/instructions.parquet", Instruction)

    def table(self, name: str) -> list[dict[str, Any]]:
        return pl.read_parquet(self.folder / f"out/{name}.parquet").to_dicts()


@pytest.fixture
def make_row() -> Callable[..., Instruction]:
    return row


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


@pytest.fixture
def project(tmp_path: Path, server: Server) -> StageRun:
    return StageRun(tmp_path / "project", server.base_url)


@pytest.fixture
def stage_run() -> type[StageRun]:
    return StageRun


@pytest.fixture
def checks() -> Translate:
    return Translate(
        engine="teacher", endpoint=None, max_tokens_a_request=400, length_ratio=[0.4, 2.5], min_script_share=0.4, ask_again=True, back_translation=0,
        min_chrf=None, max_reject_fraction=0.5,
    )  # fmt: skip
