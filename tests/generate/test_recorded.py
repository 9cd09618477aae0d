"""The stage as dvc runs it: the recorded teacher replays what was written down, and what stops a run is one message."""

import json
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml
from committed import PARAMS
from generate_run import ROOT, Project, document, item, spec
from openai_server import Server
from typer.testing import CliRunner

from domaintune.cli.recipe import written
from domaintune.core.paying.protocol import Request
from domaintune.corpus.__main__ import app as corpus
from domaintune.generate.__main__ import app as generate
from domaintune.generate.offline import key_of
from domaintune.generate.prompts import prompt_for
from domaintune.ingest.__main__ import app as ingest

RECORDINGS = ROOT / "recipes/data/answers"
RIGHT = '{"keywords": ["pump"]}'
NOWHERE = "http://127.0.0.1:9/v1"


@pytest.fixture
def run(tmp_path: Path) -> Project:
    """A folder where the recorded teacher is asked for keywords of three documents."""
    run = Project(tmp_path, NOWHERE, task="keywords")
    run.params["teacher"] |= {"backend": "recorded"}
    run.write_documents([document(n, keywords=[]) for n in range(3)])
    (tmp_path / "recorded").mkdir()
    return run


def record(run: Project, *answers: dict[str, str]) -> None:
    with (run.folder / "recorded/keywords.jsonl").open("w", encoding="utf-8") as handle:
        for number, answer in enumerate(answers):
            asked = document(number, keywords=[])
            one = item("keywords", asked.text)._replace(record=asked)
            key = key_of(prompt_for(one, spec("keywords"), 1).messages)
            handle.write(json.dumps({"key": key, "about": one.title} | answer) + "\n")


def test_a_recorded_answer_climbs_the_ladder_as_any_answer_does(run: Project) -> None:
    broken = {"text": RIGHT.replace("]", ",]")}
    record(run, {"text": RIGHT}, broken, {"declined": "nothing comes twice"})
    run.passes()
    asked = run.books()["requests"]
    assert (run.books()["kept"], asked["parsed"], asked["repaired"], asked["needs_model"]) == (2, 1, 1, 1)
    [lost] = pl.read_parquet(run.folder / "out/rejects.parquet")["detail"]
    assert lost.endswith("nothing comes twice")
    assert not run.ledger.exists()
    run.same_again()


def test_a_prompt_without_a_recording_names_task_and_document_and_what_to_do(run: Project) -> None:
    record(run, {"text": RIGHT}, {"text": RIGHT})
    where = f"document {document(2).id}, field all (Cold Pump 2)"
    told = f"tasks.keywords: the recorded teacher has no answer to 1 of 3 requests, first about {where}"
    run.fails(told, "teacher.backend: openai")


@pytest.mark.parametrize("line", ["no JSON", "[1]", '{"key": "k"}'])
def test_a_line_that_is_not_a_recording_is_named(run: Project, line: str) -> None:
    (run.folder / "recorded/keywords.jsonl").write_text(f"{line}\n", encoding="utf-8")
    run.fails("keywords.jsonl, line 1: expected an object")


def call(app: Any, **options: str) -> None:
    words = [word for name, value in options.items() for word in (f"--{name}", value)]
    done = CliRunner().invoke(app, ["--params", "params.yaml", *words], catch_exceptions=False)
    assert done.exit_code == 0, (options, done.output)


def asked_keys(folder: Path, recipe: str, size: Any) -> dict[str, set[str]]:
    """Run a recipe as far as `generate`, and return the keys of what each task asked."""
    folder.mkdir()
    for name in ("locks", "catalog", "recipes"):
        (folder / name).symlink_to(ROOT / name)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        Path("params.yaml").write_text(written(PARAMS.read_text("utf-8"), recipe, size), "utf-8")
        params = yaml.safe_load(Path("params.yaml").read_text("utf-8"))
        for key, source in params["sources"].items():
            out = f"data/{source['kind']}/{key}"
            call(ingest, source=key, raw=source["path"], out=out, accounting=f"{key}.json")
        ingested = {name: f"data/{name}" for name in ("documents", "questions")}
        call(corpus, **ingested, out="data/corpus", accounting="c.json")
        Path("gate.json").write_text('{"passed": true}')
        keys = {}
        for key, task in params["tasks"].items():
            given = f"data/corpus/{task['reads']}.parquet"
            call(
                generate, task=key, prompts=f"catalog/tasks/{key}.yaml", corpus=given, gate="gate.json",
                recorded=f"recipes/data/answers/{key}.jsonl", out=key, responses=f"{key}.parquet", accounting=f"{key}.json",
            )  # fmt: skip
            requests = map(Request.from_json, pl.read_parquet(f"{key}.parquet")["request"])
            lost = pl.read_parquet(f"{key}/rejects.parquet").filter(reason="needs_model")["row"]
            keys[key] = {key_of(one.messages) for one in requests} | {f"declined {row}" for row in lost}
        return keys


def test_the_recipes_ask_what_is_recorded_and_nothing_is_recorded_that_none_asks(tmp_path: Path) -> None:
    asked: dict[str, set[str]] = defaultdict(set)
    for recipe in ("chemistry", "koni"):
        for size in ("starter", "test"):
            for task, keys in asked_keys(tmp_path / f"{recipe}-{size}", recipe, size).items():
                asked[task] |= keys
    for path in RECORDINGS.glob("*.jsonl"):
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        assert len(rows) == len({row["key"] for row in rows}) == len(asked[path.stem]), path.stem
        assert {row["key"] for row in rows if "text" in row} <= asked[path.stem]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda project: (project.folder / "gate.json").write_text('{"passed": false, "suite": "documents"}'), "broke an expectation"),
        (lambda project: project.server.update(api_key_env="MY_KEY"), "MY_KEY is not set"),
        (lambda project: project.spec.write_text(project.spec.read_text("utf-8").replace("grounded:", "groundd:")),
         "keywords.yaml: task.groundd: unknown parameter (did you mean grounded?)"),
        (lambda project: project.server.update(base_url=NOWHERE), "error: server teacher (http://127.0.0.1:9/v1): cannot be reached ("),
        (lambda project: (project.folder / "responses.parquet").write_bytes(b"x"), "responses.parquet: expected Parquet"),
    ],
)  # fmt: skip
def test_what_stops_a_run_is_one_message_before_anything_is_sent(
    change: Callable[[Project], object], told: str, tmp_path: Path
) -> None:
    with Server() as server:
        project = Project(tmp_path, server.base_url, task="keywords", max_retries=0)
        project.write_documents([document(1)])
        change(project)
        assert project.fails(told).count("\n") == 1
        assert server.counts()["requests"] == 0
    assert not (tmp_path / "out").exists()
