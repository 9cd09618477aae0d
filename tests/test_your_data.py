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
from records import blank
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
    for name in ("locks", "catalog"):
        (tmp_path / name).symlink_to(ROOT / name)
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


def ingested(key: str) -> Path:
    """Return the folder that a source was read into."""
    words = f"--params params.yaml --source {key} --raw {SOURCES[key]['path']} --out {key}"
    run(ingest, *words.split(), "--accounting", "accounting.json")
    return Path(key)


def test_all_entries_together_pass_the_check_stage(project: Path) -> None:
    sections = {section for block in ENTRIES for section in block}
    assert sections == {"sources", "tasks", "arms", "sets", "benchmarks"}
    words = (
        "--params params.yaml --labels labels --out checked --grades catalog/grades --rubrics catalog/rubrics"
    )
    source, recordings = str(ROOT / "src/domaintune"), str(ROOT / "recipes/data/answers")
    folders = ["--benchmarks", "catalog/benchmarks", "--source", source, "--recordings", recordings]
    run(check, *words.split(), *folders)
    named = json.loads((project / "checked/benchmarks/named.json").read_text(encoding="utf-8"))
    assert named == sorted(load_mapping(project / "params.yaml", AnyBenchmark))


def test_the_data_set_of_the_hub_is_read_from_the_cache_without_a_network(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ((key, entry),) = [(key, entry) for key, entry in SOURCES.items() if "dataset" in entry]
    repo, revision = re.fullmatch(r"hub:(.+)@([0-9a-f]{40})#train", entry["dataset"]).groups()  # type: ignore[union-attr]
    texts = {f"Film {n}": " ".join([f"We measured how film {n} wears."] * 5) for n in "ab"}
    rows = [{"title": title, "abstract": text, "keywords": "wear"} for title, text in texts.items()]
    cache_dataset(monkeypatch, project / "cache", repo, revision, pl.DataFrame(rows))
    kept = read_records(ingested(key) / "documents.parquet", Document)
    assert {one.title: one.text for one in kept} == texts


def test_every_source_but_the_hub_s_keeps_what_the_page_says_for_the_reason_it_says(project: Path) -> None:
    assert {key for key, *_ in SAID} == {key for key, entry in SOURCES.items() if "dataset" not in entry}
    for key, kept, read, reason in SAID:
        rejects = [one.reason for one in read_records(ingested(key) / "rejects.parquet", Reject)]
        accounting = json.loads((project / "accounting.json").read_text(encoding="utf-8"))
        assert (accounting["in"], accounting["kept"]) == (int(read), int(kept))
        assert rejects == ([reason] if reason else [])


def test_tasks_and_benchmarks_fit_their_cards(project: Path) -> None:
    loaded = load_mapping(project / "params.yaml", Task).items()
    tasks = {key: one for key, one in loaded if one.group == "mine"}
    assert set(tasks) == {"science_qa", "exam"}
    for key, task in tasks.items():
        read_spec(ROOT / f"catalog/tasks/{key}.yaml", key, task)
    chosen = load_mapping(project / "params.yaml", AnyBenchmark)
    local = [key for key, one in chosen.items() if isinstance(one.chosen, LocalBenchmark)]
    assert local
    for key in local:
        (text,) = [text for _, path, text in BLOCKS if path == f"catalog/benchmarks/{key}.yaml"]
        (project / f"{key}.yaml").write_text(text, encoding="utf-8")
        read_benchmark(project, key)


def test_the_table_of_tasks_has_every_card_and_says_which_need_a_model() -> None:
    table = PAGE.partition("| task |")[2].partition("\n\n")[0]
    rows = re.findall(r"^\| ((?:`\w+`(?:, )?)+) \|.*\| ([^|]*) \|$", table, re.MULTILINE)
    said = {name: offline for names, offline in rows for name in re.findall(r"`(\w+)`", names)}
    paths = ROOT.glob("catalog/tasks/*.yaml")
    cards = {path.stem: TaskSpec.model_validate(read_yaml(path)) for path in paths}
    assert set(said) == set(cards)
    for name, card in cards.items():
        makes_none = card.quotes == "nothing" or card.makes == "reply"
        assert (said[name] == "declines") == makes_none, name
        assert (said[name] == "is not asked") == (card.makes == "pass_through"), name


def test_the_answers_of_the_page_are_brought_in_for_the_questions_they_name(project: Path) -> None:
    ((path, text),) = [(path, text) for _, path, text in BLOCKS if "their-answers" in path]
    asked = [json.loads(line)["instruction"] for line in text.splitlines()]
    rows = [blank(Question, id=one, instruction=one, split="train") for one in asked]
    write_records(project / "data/curated/questions.parquet", Question, rows)
    told = run(domaintune, "answers", "import", path, "--arm", "outside")
    assert told == "outside: 2 of 2 questions answered from the file (2 new in the ledger, 0 there already)\n"
