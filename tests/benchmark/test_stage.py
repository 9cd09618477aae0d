"""The stage as DVC runs it: no benchmarks, served arms, lm-eval's own tasks, no litter."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from model_settings import DECODE, RUNTIME
from openai_server import Server
from ruamel.yaml import YAML

from domaintune.benchmark.prompts import question_text
from domaintune.benchmark.reading import messages_of
from domaintune.benchmark.selecting import select, with_examples
from domaintune.core.benchmark_spec import read_spec
from domaintune.core.frames import read_records, write_records
from domaintune.core.records.question import BenchmarkItem, Question
from domaintune.core.stage.accounting import Reject
from domaintune.core.stage.errors import InputError, ParamsError

from .conftest import LOCAL, NAMED, QUESTIONS, ROOT, benchmarks, settings

# peft asks transformers for an attribute by its old name
pytestmark = pytest.mark.filterwarnings("ignore:.*is_gradient_checkpointing:FutureWarning")


def stage(folder: Path, foundation: Path, adapter: Path, entries: dict[str, Any]) -> list[str]:
    """Write params and questions; return the command."""
    arms = {"tuned": {"model": "m", "mixture": None, "baseline": "tuned"}}
    params = {"seed": 7, "arms": arms, "benchmarks": entries, "decode": DECODE, "runtime": RUNTIME}
    YAML().dump(params, folder / "params.yaml")
    write_records(folder / "questions.parquet", Question, QUESTIONS)
    (folder / "locks").symlink_to(ROOT / "locks")
    (folder / "code.txt").touch()
    return [
        sys.executable, "-X", "importtime", "-m", "domaintune.benchmark", "--params", "params.yaml", "--arm", "tuned",
        "--questions", "questions.parquet", "--specs", str(ROOT / "catalog/benchmarks"), "--adapter", str(adapter),
        "--foundation", str(foundation), "--out", "data/benchmarks/tuned", "--code", "code.txt", "--accounting", "accounting.json",
    ]  # fmt: skip


def test_no_benchmarks_write_an_empty_table_and_load_nothing(
    tmp_path: Path, foundations: Any, adapters: Any
) -> None:
    command = stage(tmp_path, foundations["alpaca"], adapters["alpaca", False], {})
    (tmp_path / "questions.parquet").unlink()
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    loaded = {line.rsplit("|", 1)[1].strip() for line in done.stderr.splitlines() if "|" in line}
    assert "polars" in loaded
    assert not loaded & {"torch", "transformers", "lm_eval", "datasets"}
    assert read_records(tmp_path / "data/benchmarks/tuned/items.parquet", BenchmarkItem) == []
    accounts = json.loads((tmp_path / "accounting.json").read_text())
    assert accounts["in"] == accounts["kept"] == 0


def test_the_command_writes_its_outputs_and_leaves_nothing_elsewhere(
    tmp_path: Path, foundations: Any, adapters: Any
) -> None:
    entries = {"korean_exam": {**LOCAL, "methods": ["likelihood"]}}
    command = stage(tmp_path, foundations["chat"], adapters["chat", True], entries)
    home = tmp_path / "home"
    home.mkdir()
    (tmp_path / "tmp").mkdir()
    hidden = ("HF_HOME", "HF_DATASETS_CACHE", "XDG_CACHE_HOME")
    environment = {name: value for name, value in os.environ.items() if name not in hidden}
    environment |= {"HOME": str(home), "TMPDIR": str(tmp_path / "tmp")}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    assert re.fullmatch(r"benchmark \(tuned\): .* kept, .*\n", done.stdout)
    assert [line for line in done.stderr.splitlines() if not line.startswith("import time:")] == []
    assert [path for path in home.rglob("*") if path.is_file()] == []
    assert list((tmp_path / "tmp").iterdir()) == []
    accounts = json.loads((tmp_path / "accounting.json").read_text())
    assert accounts["in"] == accounts["kept"] == len(QUESTIONS)
    assert sorted(path.name for path in (tmp_path / "data/benchmarks/tuned").iterdir()) == [
        "items.parquet", "lm_eval", "rejects.parquet",
    ]  # fmt: skip


@pytest.fixture(scope="module")
def lm_evals_own_tasks() -> Any:
    """The index of the thousands of tasks that lm-eval ships: seconds, once."""
    from lm_eval.tasks import TaskManager

    return TaskManager()


@pytest.fixture
def indexed_once(lm_evals_own_tasks: Any, monkeypatch: Any) -> None:
    from lm_eval import tasks

    made = tasks.TaskManager
    monkeypatch.setattr(tasks, "TaskManager", lambda **given: made(**given) if given else lm_evals_own_tasks)


def test_a_served_arm_is_asked_and_declines_likelihood(run: Any, monkeypatch: Any) -> None:
    monkeypatch.setenv("KEY", "sesame")
    with Server(faults="", key="sesame") as server:
        how = settings({"served": {"base_url": server.base_url, "api_key_env": "KEY"}})
        endpoint = {"server": "served", "provider": "p", "model": "m"}
        wanted = benchmarks(korean_exam={}, named=NAMED)
        accounts, items, places = run(wanted, endpoint=endpoint, how=how)
        again, _, _ = run(wanted, endpoint=endpoint, how=how)
        assert server.counts()["requests"] == len(QUESTIONS)
    assert again == accounts
    assert accounts["rejected"] == {"needs_weights": len(QUESTIONS) + 1}
    assert accounts["korean_exam.generation"]["kept"] == len(items) == len(QUESTIONS)
    assert not places.task_files.exists()


def test_a_served_arm_is_asked_in_every_order_and_sees_examples_as_turns(run: Any, monkeypatch: Any) -> None:
    monkeypatch.setenv("KEY", "sesame")
    entry = {"sources": ["mmlu"], "cyclic": True, "shots": 2, "shots_from": ["exam"]}
    with Server(faults="", key="sesame") as server:
        how = settings({"served": {"base_url": server.base_url, "api_key_env": "KEY"}})
        endpoint = {"server": "served", "provider": "cyclic", "model": "m"}
        accounts, items, places = run(benchmarks(mmlu_chemistry=entry), endpoint=endpoint, how=how)
        assert server.counts()["requests"] == len(items) == 4 * 8
    assert accounts["rejected"] == {"needs_weights": 4 * 8}
    rejects = read_records(places.out / "rejects.parquet", Reject)
    assert len({reject.id for reject in rejects}) == 4 * 8
    assert {(item.question_id, item.rotation) for item in items} == {
        (one.id, by) for one in QUESTIONS if one.source == "mmlu" for by in range(4)
    }
    chosen = benchmarks(b=entry)["b"].chosen
    one = with_examples("b", chosen, select("b", chosen, QUESTIONS, 7), QUESTIONS, 7).chosen[1]
    messages = messages_of(one, read_spec(ROOT / "catalog/benchmarks", "mmlu_chemistry"), arm=True)
    assert [message.role for message in messages] == ["system", *["user", "assistant"] * 2, "user"]
    assert messages[-1].content == question_text(one)
    assert json.loads(messages[2].content)["Answer"][0] == "①②③④⑤"[one.shots[0].gold[0]]


@pytest.mark.usefixtures("indexed_once")
def test_a_task_whose_data_cannot_be_had_is_named_with_what_to_do(
    run: Any, tmp_path: Path, monkeypatch: Any
) -> None:
    import datasets.config

    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "empty")
    with pytest.raises(
        InputError, match=r"benchmarks\.arc: .*task arc_easy .*Hugging Face hub.*Go online once"
    ) as met:
        run(benchmarks(arc=NAMED))
    assert "\n" not in str(met.value)
    with pytest.raises(
        ParamsError, match=r"benchmarks\.arc\.tasks: lm-eval has no task arc_eazy \(did you mean arc_easy"
    ):
        run(benchmarks(arc={**NAMED, "tasks": ["arc_eazy"]}))


@pytest.mark.usefixtures("indexed_once")
def test_a_task_of_lm_eval_is_scored_question_by_question(run: Any, monkeypatch: Any) -> None:
    import datasets
    from lm_eval.api import task as tasks

    rows = [{"question": f"Is it {n}?", "choices": {"text": ["a", "b"], "label": ["A", "B"]}, "answerKey": "AB"[n % 2]} for n in range(6)]  # fmt: skip
    made = datasets.Dataset.from_list(rows)
    monkeypatch.setattr(
        tasks.datasets,
        "load_dataset",
        lambda *_, **__: dict.fromkeys(("train", "validation", "test"), made),
    )
    accounts, items, _ = run(benchmarks(arc=NAMED | {"shots": 1, "max_questions": 4}))
    assert [item.question_id for item in items] == [f"arc_easy:{n}" for n in range(4)]
    assert {item.gold for item in items} == {"1", "2"}
    assert all((item.choice == item.gold) == (item.outcome == "correct") for item in items)
    assert all(item.prompt_tokens > 0 and len(item.log_likelihoods) == 2 for item in items)
    assert accounts["arc.lm_eval"]["in"] == accounts["arc.lm_eval"]["kept"] == 4
