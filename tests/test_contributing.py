"""The rows of CONTRIBUTING's table: what each names is all one touches, and what was added works."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from committed import PARAMS, ROOT, copy_repository, edit
from model_settings import BENCHMARK
from ruamel.yaml import YAML

from domaintune.core.stage.files import read_json, write_text
from domaintune.core.stage.params import read_yaml

GENERATED = {"dvc.yaml", "docs/params.schema.json", "docs/your-data.md"}
"""What `domaintune contract write` writes, beside the excerpts in locks/."""
ROWS = dict(
    re.findall(r"^\| (?:an?) (.+?) \| (.+) \|$", (ROOT / "CONTRIBUTING.md").read_text("utf-8"), re.MULTILINE)
)


@pytest.fixture(autouse=True)
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in a copy of the repository that one thing is added to."""
    copy_repository(tmp_path / "copy")
    monkeypatch.chdir(tmp_path / "copy")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "copy/src"))
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    run("git init -q")
    run("git add -A")
    run("git -c user.name=A -c user.email=a@example.org commit -qm state")


def run(command: str) -> str:
    done = subprocess.run(command.split(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def add(**sections: dict) -> None:
    """Add entries to sections of params.yaml."""
    yaml, path = YAML(), Path("params.yaml")
    value = yaml.load(path.read_text(encoding="utf-8"))
    for section, entries in sections.items():
        value[section].update(entries)
    yaml.dump(value, path)


def contract() -> None:
    """Write what the code says, and hold it, as `make lint` does."""
    run("domaintune contract write")
    run("domaintune contract check")


def check() -> None:
    """Hold params.yaml, as `dvc repro` does first."""
    run(read_yaml(Path("dvc.yaml"))["stages"]["check"]["cmd"])


def touched() -> set[str]:
    """Return the files that were written by hand, tests and data apart."""
    names = {line[3:] for line in run("git status --porcelain -uall").splitlines()} - GENERATED
    return {name for name in names if not name.startswith(("locks/", "data/", "metrics/", "models/"))}


def named(row: str) -> list[re.Pattern[str]]:
    """Return what the row names in backticks, `<name>` standing for any; paths of the code without src/domaintune."""
    patterns = (re.sub(r"<\w+>", "[^/]+", re.escape(token)) for token in re.findall(r"`([^`]+)`", ROWS[row]))
    return [re.compile(rf"(src/domaintune/)?{pattern}") for pattern in patterns]


def only_what_the_row_names(row: str, names: set[str] | None = None) -> None:
    patterns = named(row)
    assert {name for name in names or touched() if not any(p.fullmatch(name) for p in patterns)} == set()


def test_a_source_format() -> None:
    shape = '    "lab_export": ("code", "heading", "body", {}),\n'
    edit(Path("src/domaintune/ingest/document_formats.py"), '    "sbir_api": (', f'{shape}    "sbir_api": (')
    sections = Path("src/domaintune/core/sections/sources.py")
    edit(sections, 'Literal["sbir_api"', 'Literal["lab_export", "sbir_api"')
    add(sources={"lab": LAB})
    text = "A pump moves cold fluid through a pipe; its flow is measured over a long campaign of tests. "
    write_text(Path("data/raw/lab.csv"), f"code,heading,body\n1,A pump for cold fluids,{text * 3}\n")
    contract()
    check()
    paths = "--raw data/raw/lab.csv --out data/documents/lab --accounting data/lab.json"
    run(f"python -m domaintune.ingest --params params.yaml --source lab {paths}")
    assert read_json(Path("data/lab.json"))["kept"] == 1
    only_what_the_row_names("source format")


SHIPPED = read_yaml(PARAMS)
LAB = {
    **SHIPPED["sources"]["starter_awards"],
    "path": "data/raw/lab.csv",
    "format": "lab_export",
    "agency": None,
}
EXAM = {
    "path": "data/raw/exam.jsonl", "kind": "questions", "use": "benchmark", "language": "en", "licence": "CC0",
    "columns": {"id": None, "question": "q", "options": ["a", "b"], "answer": "key"},
}  # fmt: skip
LOCAL = BENCHMARK | {"sources": ["exam"], "subsets": "source"}
TASK = {**SHIPPED["tasks"]["nasa_rnd"], "request_per": "document", "pairs": 1}
CATALOG: dict[str, tuple[str, str, dict]] = {
    "task": ("tasks/science_qa", "tasks/lab", {"tasks": {"lab": TASK}}),
    "rubric": ("rubrics/match", "rubrics/lab", {"rubrics": {"lab": {"orders": ["baseline_first", "arm_first"]}}}),
    "benchmark": (
        "benchmarks/arc", "benchmarks/lab", {"sources": {"exam": EXAM}, "benchmarks": {"lab": LOCAL}}),
}  # fmt: skip
"""Row → a file of catalog/, what a copy of it is called, and what is added to params.yaml."""


@pytest.mark.parametrize("row", CATALOG)
def test_a_file_of_the_catalog_with_its_entry(row: str) -> None:
    old, new, sections = CATALOG[row]
    text = (ROOT / f"catalog/{old}.yaml").read_text(encoding="utf-8")
    write_text(Path(f"catalog/{new}.yaml"), text.replace("name: match", "name: lab", 1))
    question = {"q": "Which gas burns?", "a": "argon", "b": "hydrogen", "key": "B"}
    write_text(Path("data/raw/exam.jsonl"), json.dumps(question))
    add(**sections)
    check()
    only_what_the_row_names(row)
    stages = run("dvc stage list --name-only").split()
    assert Path(f"data/checked/{new}.yaml").exists() or "generate@lab" in stages


def test_a_stage() -> None:
    write_text(Path("src/domaintune/count/__init__.py"), '"""Counts the corpus."""\n')
    write_text(Path("src/domaintune/count/__main__.py"), COUNT)
    edit(Path("dvc.yaml"), "  validate:\n", DVC + "  validate:\n")
    row = "| `count` | counts the documents of the corpus |\n"
    edit(Path("docs/stages.md"), "| `validate` |", f"{row}| `validate` |")
    edit(Path("docs/graph.py"), '"corpus", "validate"', '"corpus", "count", "validate"')
    edit(Path("data/README.md"), "`corpus/", "`counted/` holds the number of documents; `corpus/")
    run("python docs/graph.py")
    contract()
    check()
    assert "count" in run("dvc stage list --name-only").split()
    assert ">count<" in Path("docs/graph.svg").read_text(encoding="utf-8")
    others = {name for name in touched() if not name.startswith("src/domaintune/count/")}
    assert len(others | {"dvc.yaml"}) <= 6
    only_what_the_row_names("stage", others)


COUNT = '''"""Count the documents of the corpus."""

from domaintune.core.frames import read_frame
from domaintune.core.stage.running import Given, stage_app


def main(*, corpus: Given, out: Given) -> None:
    """Write how many documents there are."""
    out.write_text(str(read_frame(corpus).height))


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


def test_a_recipe() -> None:
    write_text(Path("recipes/lab.yaml"), (ROOT / "recipes/nasa_rnd.yaml").read_text(encoding="utf-8"))
    run("domaintune recipe use lab --size test")
    check()
    only_what_the_row_names("recipe")
    assert "lab" in run("domaintune recipe list")
