"""The rows of CONTRIBUTING's table: what each names is all one touches, and what was added works."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from committed import ROOT, copy_repository
from ruamel.yaml import YAML

GENERATED = {"dvc.yaml", "docs/params.schema.json", "docs/your-data.md"}
"""What `domaintune contract write` writes, beside the excerpts in locks/."""
ROWS = dict(
    re.findall(r"^\| (?:an?) (.+?) \| (.+) \|$", (ROOT / "CONTRIBUTING.md").read_text("utf-8"), re.MULTILINE)
)


class Copy:
    """A copy of the repository that one thing is added to."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.env = {**os.environ, "PYTHONPATH": str(path / "src")}
        self.env["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"

    def run(self, *command: str) -> str:
        about = {"cwd": self.path, "env": self.env, "capture_output": True, "text": True}
        done = subprocess.run(command, check=False, **about)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def edit(self, name: str, old: str, new: str) -> None:
        text = (self.path / name).read_text(encoding="utf-8")
        assert old in text, f"{name} does not hold {old!r}"
        (self.path / name).write_text(text.replace(old, new, 1), encoding="utf-8")

    def write(self, name: str, text: str) -> None:
        (self.path / name).parent.mkdir(parents=True, exist_ok=True)
        (self.path / name).write_text(text, encoding="utf-8")

    def params(self, **sections: dict) -> None:
        """Add entries to sections of params.yaml."""
        yaml, path = YAML(), self.path / "params.yaml"
        value = yaml.load(path.read_text(encoding="utf-8"))
        for section, entries in sections.items():
            value[section].update(entries)
        with path.open("w", encoding="utf-8") as handle:
            yaml.dump(value, handle)

    def contract(self) -> None:
        """Write what the code says, and hold it, as `make lint` does."""
        self.run("domaintune", "contract", "write")
        self.run("domaintune", "contract", "check")

    def check(self) -> None:
        """Hold params.yaml, as `dvc repro` does first."""
        check = YAML(typ="safe").load(self.path / "dvc.yaml")["stages"]["check"]["cmd"].split()
        self.run(sys.executable, *check[1:])

    def touched(self) -> set[str]:
        """Return the files that were written by hand, tests and data apart."""
        lines = self.run("git", "status", "--porcelain", "-uall").splitlines()
        names = {line[3:] for line in lines} - GENERATED
        return {name for name in names if not name.startswith(("locks/", "data/", "metrics/", "models/"))}


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    path = tmp_path / "copy"
    copy_repository(path)
    made = Copy(path)
    made.run("git", "init", "-q")
    made.run("git", "add", "-A")
    made.run("git", "-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "-qm", "state")
    return made


def named(row: str) -> list[re.Pattern[str]]:
    """Return what the row names in backticks, `<name>` standing for any; paths of the code without src/domaintune."""
    patterns = (re.sub(r"<\w+>", "[^/]+", re.escape(token)) for token in re.findall(r"`([^`]+)`", ROWS[row]))
    return [re.compile(rf"(src/domaintune/)?{pattern}") for pattern in patterns]


def only_what_the_row_names(copy: Copy, row: str) -> None:
    patterns = named(row)
    assert {name for name in copy.touched() if not any(p.fullmatch(name) for p in patterns)} == set()


def test_a_source_format(copy: Copy) -> None:
    shape = '    "lab_export": ("code", "heading", "body", {}),\n'
    copy.edit("src/domaintune/ingest/document_formats.py", '    "sbir_api": (', f'{shape}    "sbir_api": (')
    copy.edit(
        "src/domaintune/core/sections/sources.py", 'Literal["sbir_api"', 'Literal["lab_export", "sbir_api"'
    )
    copy.params(sources={"lab": LAB})
    text = (
        "A pump moves cold fluid through a narrow pipe; its flow is measured over a long campaign of tests. "
    )
    copy.write("data/raw/lab.csv", f"code,heading,body\n1,A pump for cold fluids,{text * 3}\n")
    copy.contract()
    copy.check()
    copy.run(
        sys.executable, "-m", "domaintune.ingest", "--params", "params.yaml", "--source", "lab", "--raw",
        "data/raw/lab.csv", "--out", "data/documents/lab", "--accounting", "data/lab.json",
    )  # fmt: skip
    assert json.loads((copy.path / "data/lab.json").read_text(encoding="utf-8"))["kept"] == 1
    only_what_the_row_names(copy, "source format")


LAB = {
    "path": "data/raw/lab.csv", "kind": "documents", "format": "lab_export", "agency": None, "language": "en",
    "licence": "CC0", "columns": None,
}  # fmt: skip
EXAM = {
    "path": "data/raw/exam.jsonl", "kind": "questions", "use": "benchmark", "language": "en", "licence": "CC0",
    "columns": {"id": None, "question": "q", "options": ["a", "b"], "answer": "key"},
}  # fmt: skip
LOCAL = {
    "kind": "local", "sources": ["exam"], "split": "benchmark", "subsets": "source", "methods": ["likelihood"],
    "prompt": "arm", "cyclic": False, "shots": 0, "shots_from": [], "max_questions": None, "role": "target",
}  # fmt: skip
TASK = {
    "group": "nasa", "sources": ["starter_awards"], "reads": "documents", "request_per": "document",
    "fields": ["text"], "max_documents": 2, "pairs": 1,
}  # fmt: skip
CATALOG: dict[str, tuple[str, str, dict]] = {
    "task": ("tasks/science_qa", "tasks/lab", {"tasks": {"lab": TASK}}),
    "rubric": ("rubrics/match", "rubrics/lab", {"rubrics": {"lab": {"orders": ["baseline_first", "arm_first"]}}}),
    "benchmark": (
        "benchmarks/arc", "benchmarks/lab", {"sources": {"exam": EXAM}, "benchmarks": {"lab": LOCAL}}),
}  # fmt: skip
"""Row → a file of catalog/, what a copy of it is called, and what is added to params.yaml."""


@pytest.mark.parametrize("row", CATALOG)
def test_a_file_of_the_catalog_with_its_entry(copy: Copy, row: str) -> None:
    old, new, sections = CATALOG[row]
    text = (ROOT / f"catalog/{old}.yaml").read_text(encoding="utf-8")
    copy.write(f"catalog/{new}.yaml", text.replace("name: match", "name: lab", 1))
    question = {"q": "Which gas burns?", "a": "argon", "b": "hydrogen", "key": "B"}
    copy.write("data/raw/exam.jsonl", json.dumps(question))
    copy.params(**sections)
    copy.check()
    only_what_the_row_names(copy, row)
    stages = copy.run("dvc", "stage", "list", "--name-only").split()
    assert (copy.path / f"data/checked/{new}.yaml").exists() or "generate@lab" in stages


def test_a_stage(copy: Copy) -> None:
    copy.write("src/domaintune/count/__init__.py", '"""Counts the corpus."""\n')
    copy.write("src/domaintune/count/__main__.py", COUNT)
    copy.edit("dvc.yaml", "  validate:\n", DVC + "  validate:\n")
    row = "| `count` | counts the documents of the corpus |\n"
    copy.edit("docs/stages.md", "| `validate` |", f"{row}| `validate` |")
    copy.edit("docs/graph.py", '"corpus", "validate"', '"corpus", "count", "validate"')
    copy.edit("data/README.md", "`corpus/", "`counted/` holds the number of documents; `corpus/")
    copy.run(sys.executable, "docs/graph.py")
    copy.contract()
    copy.check()
    assert "count" in copy.run("dvc", "stage", "list", "--name-only").split()
    assert ">count<" in (copy.path / "docs/graph.svg").read_text(encoding="utf-8")
    others = {name for name in copy.touched() if not name.startswith("src/domaintune/count/")}
    assert len(others | {"dvc.yaml"}) <= 6
    assert {name for name in others if not any(p.fullmatch(name) for p in named("stage"))} == set()


COUNT = '''"""Count the documents of the corpus."""

from domaintune.core.frames import read_records
from domaintune.core.records.document import Document
from domaintune.core.stage.files import write_json
from domaintune.core.stage.running import Given, running, stage_app


def main(*, corpus: Given, out: Given) -> None:
    """Write how many documents there are."""
    with running("count", "all"):
        write_json(out / "count.json", {"documents": len(read_records(corpus, Document))})


app = stage_app(main, __name__)
'''
DVC = """\
  count:
    desc: Count the documents of the corpus
    cmd: >-
      python -m domaintune.count --corpus data/corpus/documents.parquet --out data/counted
    deps:
      - data/corpus/documents.parquet
    outs:
      - data/counted

"""


def test_a_recipe(copy: Copy) -> None:
    copy.write("recipes/lab.yaml", (ROOT / "recipes/nasa_rnd.yaml").read_text(encoding="utf-8"))
    copy.run("domaintune", "recipe", "use", "lab", "--size", "test")
    copy.check()
    only_what_the_row_names(copy, "recipe")
    assert "lab" in copy.run("domaintune", "recipe", "list")
