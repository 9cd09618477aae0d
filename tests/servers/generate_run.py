"""Runs `python -m domaintune.generate` in a folder of its own, as dvc would."""

import shutil
from pathlib import Path
from typing import Any

from committed import PARAMS
from ruamel.yaml import YAML
from stage_project import StageProject

from domaintune.core.frames import write_records
from domaintune.core.records.document import Attribute, Document, Section
from domaintune.core.stage.files import content_id

ROOT = Path(__file__).parents[2]
OUTPUTS = ("out/instructions.parquet", "out/rejects.parquet", "responses.parquet", "books.json")


def document(number: int, **changes: Any) -> Document:
    """Return a small document; its id depends on its number alone, as a source's own id would."""
    name = content_id("source", str(number))
    fields: dict[str, Any] = {
        "id": name,
        "source": "awards",
        "native_id": str(number),
        "language": "en",
        "title": f"Cold Pump {number}",
        "text": f"This project builds pump {number}. It weighs {number} kg. The team uses {number}.",
        "keywords": ["pump", f"cold {number}"],
        "sections": [Section(name="nasa_applications", text=f"NASA can cool {number} telescopes with it.")],
        "attributes": [Attribute(name="firm", value=f"Firm {number}")],
        "licence": "Apache-2.0",
        "cluster": name,
        "split": "train",
    }
    return Document(**(fields | changes))


class Project(StageProject):
    """A folder with what the stage reads."""

    stage = "generate"
    written = OUTPUTS

    def __init__(self, folder: Path, base_url: str, ledger: Path | None = None, **runtime: Any) -> None:
        self.folder, self.ledger = folder, ledger or folder / "ledger.sqlite3"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "gate.json").write_text('{"passed": true, "suite": "documents"}')
        shutil.copytree(ROOT / "locks", folder / "locks", dirs_exist_ok=True)
        shutil.copy(ROOT / "catalog/tasks/nasa_rnd.yaml", folder / "nasa_rnd.yaml")
        params = YAML(typ="safe").load(PARAMS.read_text(encoding="utf-8"))
        self.params: dict[str, Any] = {
            "seed": 1,
            "tasks": {
                "nasa_rnd": {
                    "group": "nasa",
                    "sources": ["awards"],
                    "reads": "documents",
                    "request_per": "field",
                    "fields": ["text", "nasa_applications"],
                    "max_documents": None,
                    "pairs": 1,
                }
            },
            "teacher": params["teacher"] | {"backend": "openai", "provider": "loopback", "model": "m"},
            "generate": {"max_reject_fraction": 0.5},
            "runtime": params["runtime"]
            | {"servers": {"teacher": {"base_url": base_url, "api_key_env": None}}, "max_retries": 3}
            | runtime,
        }

    def write_documents(self, documents: list[Document]) -> None:
        write_records(self.folder / "corpus.parquet", Document, documents)

    def arguments(self) -> list[str]:
        self.write_params()
        paths = {
            "params": "params.yaml",
            "prompts": "nasa_rnd.yaml",
            "corpus": "corpus.parquet",
            "gate": "gate.json",
            "recorded": "recorded/nasa_rnd.jsonl",
            "out": "out",
            "responses": "responses.parquet",
            "accounting": "books.json",
        }
        return ["--task", "nasa_rnd", *(word for name, path in paths.items() for word in (f"--{name}", path))]
