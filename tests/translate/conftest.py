"""Rows of an instruction set, and a folder to run the stage in, as dvc would."""

import contextlib
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import polars as pl
import pytest
from openai_server import Server
from ruamel.yaml import YAML

from domaintune.core.frames import read_records, write_records
from domaintune.core.records.instruction import Instruction
from domaintune.core.stage.files import content_id
from domaintune.core.stage.running import guarded
from domaintune.translate.__main__ import app
from domaintune.translate.params import Translate

ROOT = Path(__file__).parents[2]
OUTPUTS = ("instructions", "rejects", "back_translation")


def row(number: int, **fields: Any) -> Instruction:
    """Return a row as `ingest` writes it: no task, no group, no split."""
    values = {
        "id": content_id("open", str(number)), "task": "", "group": "", "language": "en", "system": "",
        "instruction": f"Say how pump number {number} works and what it is good for.",
        "input": "", "output": f"Pump {number} moves water for {number} hours, and `pump({number})` starts it.",
        "turns": [], "document_id": "", "field": "", "origin": "public", "request_id": "", "grade": None,
        "licence": "Apache-2.0", "split": "", **fields,
    }  # fmt: skip
    return Instruction.model_validate(values)


class StageRun:
    """A folder with what the stage reads."""

    def __init__(self, folder: Path, base_url: str, ledger: Path | None = None) -> None:
        self.folder, self.ledger = folder, ledger or folder / "ledger.sqlite3"
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copytree(ROOT / "locks", folder / "locks", dirs_exist_ok=True)
        shutil.copy(ROOT / "catalog/translate/instructions.yaml", folder / "card.yaml")
        params = YAML(typ="safe").load((ROOT / "params.yaml").read_text(encoding="utf-8"))
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
        (self.folder / "params.yaml").write_text(json.dumps(self.params), encoding="utf-8")
        words = """--params params.yaml --set open_ko --prompts card.yaml --source source --out out
            --responses responses.parquet --accounting books.json"""
        return words.split()

    def run(self) -> tuple[int, str, str]:
        """Run the stage in this process; return exit code, what it said, and its errors."""
        out, err = io.StringIO(), io.StringIO()
        arguments, code = self.arguments(), 0
        with (
            contextlib.chdir(self.folder),
            mock.patch.dict(os.environ, {"DOMAINTUNE_LEDGER": str(self.ledger)}),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            try:
                guarded(lambda: app(arguments, standalone_mode=False))
            except SystemExit as left:
                code = int(left.code or 0)
        return code, out.getvalue(), err.getvalue()

    def start(self) -> "subprocess.Popen[str]":
        """Start the stage in a process of its own, to be killed."""
        return subprocess.Popen(
            [sys.executable, "-m", "domaintune.translate", *self.arguments()],
            cwd=self.folder,
            env=os.environ | {"DOMAINTUNE_LEDGER": str(self.ledger)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def rows(self) -> list[Instruction]:
        return read_records(self.folder / "out/instructions.parquet", Instruction)

    def table(self, name: str) -> list[dict[str, Any]]:
        return pl.read_parquet(self.folder / f"out/{name}.parquet").to_dicts()

    def outputs(self) -> dict[str, bytes]:
        paths = [*(f"out/{name}.parquet" for name in OUTPUTS), "responses.parquet", "books.json"]
        return {path: (self.folder / path).read_bytes() for path in paths}

    def books(self) -> dict[str, Any]:
        return dict(json.loads((self.folder / "books.json").read_text(encoding="utf-8")))


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
