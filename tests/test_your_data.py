"""What docs/your-data.md shows works: its files are read, its entries pass every check, its answers are brought in."""

import json
import re
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml
from committed import PARAMS
from hub_cache import cache_dataset
from ruamel.yaml import YAML
from typer.testing import CliRunner

from domaintune.check.__main__ import app as check
from domaintune.cli.app import app as domaintune
from domaintune.core.benchmark_spec import read_spec as read_benchmark
from domaintune.core.frames import read_records, write_records
from domaintune.core.records.document import Document
from domaintune.core.records.question import Question
from domaintune.core.sections.data import Task
from domaintune.core.sections.evaluation import AnyBenchmark, LocalBenchmark
from domaintune.core.stage.accounting import Reject
from domaintune.core.stage.params import load_mapping, read_yaml
from domaintune.generate.params import TaskSpec
from domaintune.generate.reading import read_spec
from domaintune.ingest.__main__ import app as ingest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/your-data.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+) ?(\S*)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
ENTRIES = [yaml.safe_load(text) for word, path, text in BLOCKS if word == "yaml" and not path]
SOURCES = {key: entry for block in ENTRIES for key, entry in block.get("sources", {}).items()}
SAID = re.findall(r"`ingest@(\w+)` keeps (\d+) of (\d+) records(?:[^.;]*; [^.]*?`(\w+)`)?", PAGE)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with the page's files and params.yaml with all its entries."""
    (tmp_path / "locks").symlink_to(ROOT / "locks")
    (tmp_path / "catalog").symlink_to(ROOT / "catalog")
    for _, path, text in BLOCKS:
        if path.startswith("data/"):
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(text, encoding="utf-8")
    params = read_yaml(PARAMS)
    for block in ENTRIES:
        for section, entries in block.items():
            params[section] = {**params[section], **entries}
    with (tmp_path / "params.yaml").open("w", encoding="utf-8") as handle:
        YAML().dump(params, handle)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(app: Any, *words: str) -> str:
    done = CliRunner().invoke(app, words, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def test_all_entries_together_pass_the_check_stage(project: Path) -> None:
    assert {section for block in ENTRIES for section in block} == {
        "sources", "tasks", "arms", "sets", "benchmarks",
    }  # fmt: skip
    folders = {name: f"catalog/{name}" for name in ("grades", "rubrics", "benchmarks")}
    folders["recordings"] = str(ROOT / "recipes/data/answers")
    given = {
        "params": "params.yaml",
        "source": str(ROOT / "src/domaintune"),
        **folders,
        "labels": "labels",
        "out": "checked",
    }
    run(check, *(word for name, value in given.items() for word in (f"--{name}", value)))
    named = json.loads((project / "checked/benchmarks/named.json").read_text(encoding="utf-8"))
    assert named == sorted(load_mapping(project / "params.yaml", AnyBenchmark))


def test_the_data_set_of_the_hub_is_read_from_the_cache_without_a_network(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ((key, entry),) = [(key, entry) for key, entry in SOURCES.items() if "dataset" in entry]
    repo, revision = re.fullmatch(r"hub:(.+)@([0-9a-f]{40})#train", entry["dataset"]).groups()  # type: ignore[union-attr]
    rows = [
        {"title": f"Film {n}", "abstract": f"We measured how film {n} wears. " * 5, "keywords": "wear"}
        for n in "ab"
    ]
    cache_dataset(monkeypatch, project / "cache", repo, revision, pl.DataFrame(rows))
    run(
        ingest,
        *f"--params params.yaml --source {key} --raw {entry['path']} --out hub --accounting accounting.json".split(),
    )
    kept = read_records(project / "hub/documents.parquet", Document)
    assert sorted((one.title, one.text) for one in kept) == [
        (row["title"], row["abstract"].strip()) for row in rows
    ]


def test_every_source_but_the_hub_s_keeps_what_the_page_says_for_the_reason_it_says(project: Path) -> None:
    assert {key for key, *_ in SAID} == {key for key, entry in SOURCES.items() if "dataset" not in entry}
    for key, kept, read, reason in SAID:
        raw = SOURCES[key]["path"]
        run(
            ingest,
            *f"--params params.yaml --source {key} --raw {raw} --out {key} --accounting accounting.json".split(),
        )
        accounting = json.loads((project / "accounting.json").read_text(encoding="utf-8"))
        rejects = [one.reason for one in read_records(project / key / "rejects.parquet", Reject)]
        assert (accounting["in"], accounting["kept"], rejects) == (
            int(read),
            int(kept),
            [reason] if reason else [],
        )


def test_tasks_and_benchmarks_fit_their_cards(project: Path) -> None:
    tasks = {
        key: one for key, one in load_mapping(project / "params.yaml", Task).items() if one.group == "mine"
    }
    assert set(tasks) == {"science_qa", "exam"}
    for key, task in tasks.items():
        read_spec(ROOT / f"catalog/tasks/{key}.yaml", key, task)
    chosen = {key: one.chosen for key, one in load_mapping(project / "params.yaml", AnyBenchmark).items()}
    local = [key for key, one in chosen.items() if isinstance(one, LocalBenchmark)]
    assert local
    for key in local:
        (text,) = [text for _, path, text in BLOCKS if path == f"catalog/benchmarks/{key}.yaml"]
        (project / f"{key}.yaml").write_text(text, encoding="utf-8")
        read_benchmark(project, key)


def test_the_table_of_tasks_has_every_card_and_says_which_need_a_model() -> None:
    rows = re.findall(
        r"^\| ((?:`\w+`(?:, )?)+) \|.*\| ([^|]*) \|$",
        PAGE.partition("| task |")[2].partition("\n\n")[0],
        re.MULTILINE,
    )
    said = {name: offline for names, offline in rows for name in re.findall(r"`(\w+)`", names)}
    cards = {
        path.stem: TaskSpec.model_validate(read_yaml(path)) for path in ROOT.glob("catalog/tasks/*.yaml")
    }
    assert set(said) == set(cards)
    for name, card in cards.items():
        makes_none = card.quotes == "nothing" or card.makes == "reply"
        assert (said[name] == "declines") == makes_none, name
        assert (said[name] == "is not asked") == (card.makes == "pass_through"), name


def test_the_answers_of_the_page_are_brought_in_for_the_questions_they_name(project: Path) -> None:
    ((path, text),) = [(path, text) for _, path, text in BLOCKS if "their-answers" in path]
    empty = {name: [] if isinstance(kind, pl.List) else "" for name, kind in Question.schema_.items()}
    asked = [json.loads(line)["instruction"] for line in text.splitlines()]
    rows = [
        Question(**empty | {"id": f"q{at}", "instruction": one, "split": "train"})
        for at, one in enumerate(asked)
    ]
    write_records(project / "data/curated/questions.parquet", Question, rows)
    told = run(domaintune, "answers", "import", path, "--arm", "outside")
    assert told == "outside: 2 of 2 questions answered from the file (2 new in the ledger, 0 there already)\n"
