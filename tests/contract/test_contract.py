"""dvc.yaml declares what the code uses, the reference what its models take; each way of drifting is planted in a copy and must be seen."""

import shutil
from pathlib import Path

import pytest
from committed import ROOT, edit

from domaintune.check.code import read_sources
from domaintune.cli.contract import find_faults, write
from domaintune.cli.locks import excerpts
from domaintune.cli.schema import PAGE, SCHEMA
from domaintune.core.stage.errors import VersionError
from domaintune.core.stage.params import read_yaml


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for name in ("src", "locks"):
        shutil.copytree(
            ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info")
        )
    for name in ("dvc.yaml", "pyproject.toml", "requirements.lock"):
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "docs").mkdir()
    for name in (SCHEMA, PAGE):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def test_the_repository_declares_what_it_uses() -> None:
    assert list(find_faults(ROOT)) == []


def test_answers_that_were_paid_for_outlive_the_rerun_of_every_stage_that_asks() -> None:
    stages = read_yaml(ROOT / "dvc.yaml")["stages"]
    kept = {
        name: options.get("persist")
        for name, stage in stages.items()
        for out in stage.get("do", stage).get("outs", [])
        if isinstance(out, dict)
        for path, options in out.items()
        if path == f"data/responses/{name}/${{key}}.parquet"
    }
    assert kept == dict.fromkeys(("generate", "translate", "grade", "judge"), True)


PLANTED: dict[str, tuple[str, str | None, str, str]] = {
    "the code that a stage reaches is not declared": (
        "dvc.yaml", "        - data/checked/code/sample.txt\n", "", "sample: uses data/checked/code/sample.txt"),
    "a view of an arm is not declared": (
        "dvc.yaml", "        - data/checked/arms/${key}.training.json\n", "",
        "train: uses data/checked/arms/${key}.training.json"),
    "a declared module is not needed": (
        "dvc.yaml", "        - locks/sample.txt\n", "        - locks/sample.txt\n        - src/domaintune/core/lora.py\n",
        "declares src/domaintune/core/lora.py, which the code does not reach"),
    "a parameter is loaded but not declared": (
        "dvc.yaml", "        - sample.${key}\n", "", "sample: loads the parameter sample.*"),
    "a declared parameter is not loaded": (
        "dvc.yaml", "        - sample.${key}\n", "        - sample.${key}\n        - lora\n",
        "sample: dvc.yaml declares lora, which the code does not load"),
    "a path in cmd is not declared": (
        "dvc.yaml", "--raw @path", "--raw data/raw/other.csv", "ingest: cmd uses data/raw/other.csv"),
    "a value of params.yaml stands in cmd": (
        "dvc.yaml", "--raw @path", "--raw '${item.path}'", "ingest: cmd holds ${…}, which a shell would read"),
    "a declared path does not stand in cmd": (
        "dvc.yaml", "--gate data/gates/documents.json ", "",
        "generate: data/gates/documents.json is declared but does not stand in cmd"),
    "a stage imports another": (
        "src/domaintune/corpus/params.py", None, "import domaintune.train.params",
        "corpus: imports domaintune.train.params, of the stage train"),
    "an __init__ holds code": (
        "src/domaintune/corpus/__init__.py", None, "VALUE = 1", "an __init__.py holds a docstring and nothing else"),
    "a library is in no lock excerpt": (
        "src/domaintune/corpus/params.py", None, "import hypothesis",
        "corpus: imports hypothesis; name it in pyproject.toml"),
    "an excerpt is not of the lock file": (
        "requirements.lock", "torch==", "torch==0", "locks/train.txt: not what train imports"),
    "the schema of params.yaml is not that of the models": (
        str(SCHEMA), '"maximum": 1', '"maximum": 2',
        "docs/params.schema.json: not what the models of the sections say"),
    "a field is missing in the reference": (
        str(PAGE), "| `columns.explanation` |", "| `columns.why` |",
        "docs/your-data.md: not what the models of the sections say"),
    "a stage has no description": (
        "dvc.yaml", '    desc: "One row a work', '    meta: "One row a work', "corpus: no desc"),
}  # fmt: skip
"""Fault → file, text in it (None: its end), what stands there instead, and what is said of it."""


def plant(root: Path, fault: str) -> str:
    path, old, new, message = PLANTED[fault]
    whole = (root / path).read_text(encoding="utf-8")
    edit(root / path, old or whole, new if old else f"{whole}\n{new}\n")
    return message


@pytest.mark.parametrize("fault", PLANTED)
def test_a_planted_fault_is_seen(fault: str, copy: Path) -> None:
    message = plant(copy, fault)
    assert any(message in line for line in find_faults(copy)), list(find_faults(copy))


def test_a_stage_without_its_folder_is_seen_and_write_mends_what_it_writes(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for fault in ("a declared module is not needed", "the schema of params.yaml is not that of the models",
                  "a field is missing in the reference"):  # fmt: skip
        plant(copy, fault)
    assert len(list(find_faults(copy))) == 3
    monkeypatch.chdir(copy)
    write()
    assert list(find_faults(copy)) == []
    shutil.rmtree(copy / "src/domaintune/reconcile")
    assert "reconcile: a stage in dvc.yaml and a folder" in next(find_faults(copy))


def test_a_library_that_was_named_but_not_installed_is_to_be_installed_before_it_is_locked(
    copy: Path,
) -> None:
    edit(copy / "pyproject.toml", "shape = [\n", 'shape = ["some-library",\n')
    with pytest.raises(VersionError, match=r"Run `\.venv/bin/pip install some-library`, then `make lock`"):
        excerpts(copy, {})


@pytest.mark.parametrize(
    ("library", "stages"),
    [
        ("vl-convert-python", {"report"}),
        ("trl", {"train"}),
    ],
)
def test_another_version_of_a_library_reruns_the_stages_that_import_it(
    library: str, stages: set[str], copy: Path
) -> None:
    sources = read_sources(ROOT / "src")
    edit(copy / "requirements.lock", f"\n{library}==", f"\n{library}==0.")
    before, after = excerpts(ROOT, sources), excerpts(copy, sources)
    assert {path.stem for path, text in before.items() if after[path] != text} == stages
