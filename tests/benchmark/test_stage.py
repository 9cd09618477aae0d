"""The stage as DVC runs it: no benchmarks, served arms, lm-eval's own tasks, nothing scored twice, no litter."""

import json
import re
import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from model_settings import DECODE, RUNTIME
from openai_server import Server
from stage_project import run_stage

from domaintune.benchmark import lm_eval_model, local_arm
from domaintune.benchmark.prompts import question_text
from domaintune.benchmark.reading import messages_of
from domaintune.benchmark.selecting import select, with_examples
from domaintune.benchmark.task_files import model_arguments, readme
from domaintune.core.benchmark_spec import read_spec
from domaintune.core.frames import read_records, write_records
from domaintune.core.models.pointer import Pointer
from domaintune.core.records.question import BenchmarkItem, Question
from domaintune.core.stage.accounting import Reject
from domaintune.core.stage.errors import InputError, ParamsError
from domaintune.core.stage.files import file_hash, read_json, to_json, write_text
from domaintune.core.stage.params import read_yaml

from .conftest import LOCAL, NAMED, QUESTIONS, ROOT, benchmarks, settings

# peft asks transformers for an attribute by its old name
pytestmark = pytest.mark.filterwarnings("ignore:.*is_gradient_checkpointing:FutureWarning")


def stage(folder: Path, foundation: Path, adapter: Path, entries: dict[str, Any]) -> Any:
    """Score an arm in a process of its own, which tells what it imports."""
    arms = {"tuned": {"model": "m", "mixture": None, "baseline": "tuned"}}
    params = {"seed": 7, "arms": arms, "benchmarks": entries, "decode": DECODE, "runtime": RUNTIME}
    (folder / "code.txt").touch()
    words = f"""--arm tuned --questions questions.parquet --specs {ROOT}/catalog/benchmarks --adapter {adapter}
        --foundation {foundation} --out data/benchmarks/tuned --code code.txt --accounting accounting.json"""
    done = run_stage(folder, "benchmark", json.dumps(params), words)
    assert done.returncode == 0, done.stderr
    return done


def test_no_benchmarks_write_an_empty_table_and_load_nothing(
    tmp_path: Path, foundations: Any, adapters: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPROFILEIMPORTTIME", "1")
    done = stage(tmp_path, foundations["alpaca"], adapters["alpaca", False], {})
    loaded = {line.rsplit("|", 1)[1].strip() for line in done.stderr.splitlines() if "|" in line}
    assert "polars" in loaded
    assert not loaded & {"torch", "transformers", "lm_eval", "datasets"}
    assert read_records(tmp_path / "data/benchmarks/tuned/items.parquet", BenchmarkItem) == []
    accounts = read_json(tmp_path / "accounting.json")
    assert accounts["in"] == accounts["kept"] == 0


def test_the_command_writes_its_outputs_and_leaves_nothing_elsewhere(
    tmp_path: Path, foundations: Any, adapters: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_records(tmp_path / "questions.parquet", Question, QUESTIONS)
    for name in ("HF_HOME", "HF_DATASETS_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name in ("HOME", "TMPDIR"):
        (tmp_path / name).mkdir()
        monkeypatch.setenv(name, str(tmp_path / name))
    entries = {"korean_exam": {**LOCAL, "methods": ["likelihood"]}}
    done = stage(tmp_path, foundations["chat"], adapters["chat", True], entries)
    assert re.fullmatch(r"benchmark \(tuned\): .* kept, .*\n", done.stdout)
    assert done.stderr == ""
    assert [path for path in (tmp_path / "HOME").rglob("*") if path.is_file()] == []
    assert list((tmp_path / "TMPDIR").iterdir()) == []
    accounts = read_json(tmp_path / "accounting.json")
    assert accounts["in"] == accounts["kept"] == len(QUESTIONS)
    written = sorted(path.name for path in (tmp_path / "data/benchmarks/tuned").iterdir())
    assert written == ["items.parquet", "lm_eval", "rejects.parquet"]


@pytest.fixture(scope="module")
def indexed_once() -> Iterator[None]:
    """The index of the thousands of tasks that lm-eval ships: seconds, once."""
    from lm_eval import tasks

    made, index = tasks.TaskManager, tasks.TaskManager()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tasks, "TaskManager", lambda **given: made(**given) if given else index)
        yield


@pytest.fixture
def served(run: Any, monkeypatch: Any) -> Iterator[tuple[Any, Any]]:
    """The server of an arm, and what scores the arm."""
    monkeypatch.setenv("KEY", "sesame")
    with Server(faults="", key="sesame") as server:
        how = settings({"served": {"base_url": server.base_url, "api_key_env": "KEY"}})
        yield server, partial(run, endpoint={"server": "served", "provider": "p", "model": "m"}, how=how)


def test_a_served_arm_is_asked_once_and_declines_likelihood(served: Any) -> None:
    server, score = served
    wanted = benchmarks(korean_exam={}, named=NAMED)
    accounts, items, places = score(wanted)
    assert score(wanted)[0] == accounts
    assert server.counts()["requests"] == len(QUESTIONS)
    assert accounts["rejected"] == {"needs_weights": len(QUESTIONS) + 1}
    assert accounts["korean_exam.generation"]["kept"] == len(items) == len(QUESTIONS)
    assert not places.task_files.exists()


def test_a_served_arm_is_asked_in_every_order_and_sees_examples_as_turns(served: Any) -> None:
    server, score = served
    entry = {"sources": ["mmlu"], "cyclic": True, "shots": 2, "shots_from": ["exam"]}
    accounts, items, places = score(benchmarks(mmlu_chemistry=entry))
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
    offline = r"benchmarks\.arc: .*task arc_easy .*Hugging Face hub.*Go online once"
    with pytest.raises(InputError, match=offline) as met:
        run(benchmarks(arc=NAMED))
    assert "\n" not in str(met.value)
    unknown = r"benchmarks\.arc\.tasks: lm-eval has no task arc_eazy \(did you mean arc_easy"
    with pytest.raises(ParamsError, match=unknown):
        run(benchmarks(arc={**NAMED, "tasks": ["arc_eazy"]}))


@pytest.mark.usefixtures("indexed_once")
def test_a_task_of_lm_eval_is_scored_question_by_question(run: Any, monkeypatch: Any) -> None:
    import datasets
    from lm_eval.api import task as tasks

    rows = [{"question": f"Is it {n}?", "choices": {"text": ["a", "b"], "label": ["A", "B"]}, "answerKey": "AB"[n % 2]} for n in range(6)]  # fmt: skip
    splits = dict.fromkeys(("train", "validation", "test"), datasets.Dataset.from_list(rows))
    monkeypatch.setattr(tasks.datasets, "load_dataset", lambda *_, **__: splits)
    accounts, items, _ = run(benchmarks(arc=NAMED | {"shots": 1, "max_questions": 4}))
    assert [item.question_id for item in items] == [f"arc_easy:{n}" for n in range(4)]
    assert {item.gold for item in items} == {"1", "2"}
    assert all((item.choice == item.gold) == (item.outcome == "correct") for item in items)
    assert all(item.prompt_tokens > 0 and len(item.log_likelihoods) == 2 for item in items)
    assert accounts["arc.lm_eval"]["in"] == accounts["arc.lm_eval"]["kept"] == 4


WANTED = benchmarks(korean_exam={"sources": ["exam"]}, mmlu={"sources": ["mmlu"], "methods": ["likelihood"]})


@pytest.fixture
def scored(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The tasks that lm-eval is asked to score, as it is asked."""
    names: list[str] = []
    score: Callable[..., Any] = local_arm.score

    def counted(lm: Any, folder: Path, tasks: list[str]) -> Any:
        names.extend(tasks)
        return score(lm, folder, tasks)

    monkeypatch.setattr(local_arm, "score", counted)
    return names


def hashes(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): file_hash(path) for path in folder.rglob("*") if path.is_file()}


def test_an_edited_spec_scores_that_benchmark_alone_and_the_rest_comes_out_as_it_was(
    run: Any, scored: list[str], tmp_path: Path
) -> None:
    specs = tmp_path / "specs"
    shutil.copytree(ROOT / "catalog/benchmarks", specs)
    _, _, places = run(WANTED, trained=True, specs=specs, kept=True)
    assert {name.split("-")[0] for name in scored} == {"korean_exam", "mmlu"}
    write_text(specs / "mmlu.yaml", to_json({**read_yaml(specs / "mmlu.yaml"), "instruction": "Think."}))
    scored.clear()
    accounts, items, _ = run(WANTED, trained=True, specs=specs, kept=True)
    assert {name.split("-")[0] for name in scored} == {"mmlu"}
    edited = hashes(places.out)
    shutil.rmtree(tmp_path / ".domaintune")
    assert run(WANTED, trained=True, specs=specs, kept=True)[:2] == (accounts, items)
    assert hashes(places.out) == edited


def test_what_is_not_new_is_neither_scored_nor_loaded_and_what_is_not_used_is_removed(
    run: Any, scored: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def asked(wanted: Any, **own: Any) -> tuple[Any, set[str]]:
        scored.clear()
        accounts = run(wanted, kept=True, **own)[0]
        return accounts, {name.split("-")[0] for name in scored}

    assert asked({"mmlu": WANTED["mmlu"]})[1] == {"mmlu"}
    first, names = asked(WANTED)
    assert names == {"korean_exam"}
    with monkeypatch.context() as patch:
        patch.setattr(lm_eval_model, "load_arm", None)
        assert asked(WANTED) == (first, set())
        other_role = {"sources": ["mmlu"], "methods": ["likelihood"], "role": "general"}
        assert asked(WANTED | benchmarks(mmlu=other_role))[1] == set()
    (tmp_path / "code.txt").write_text("another\n", encoding="utf-8")
    assert asked(WANTED)[1] == asked(WANTED, trained=True)[1] == {"korean_exam", "mmlu"}
    assert asked({"mmlu": WANTED["mmlu"]}, trained=True)[1] == set()
    kept = sorted(path.name.split("-")[0] for path in (tmp_path / ".domaintune/benchmarks/arm").iterdir())
    assert kept == ["mmlu"]


DESCRIBED = {"precision": "fp32", "quantization": "none"}
HUB = Pointer(kind="hub", name="n", repo_id="a/b", revision="c0ffee", files={})
EXTENDED = Pointer(kind="extended", name="n", files={})
ON_HUB = "pretrained=a/b,dtype=float32,revision=c0ffee"


def test_an_adapter_is_put_on_its_foundation_a_whole_model_stands_alone_and_added_tokens_have_no_command(
    tmp_path: Path,
) -> None:
    adapter, whole = tmp_path / "adapter", tmp_path / "whole"
    write_text(adapter / "adapter_config.json", "{}")
    for trained, pointer, folder, words in (
        (True, HUB, adapter, f"{ON_HUB},peft={adapter}"),
        (True, HUB, whole, f"pretrained={whole},dtype=float32"),
        (False, HUB, adapter, ON_HUB),
        (True, EXTENDED, adapter, None),
        (False, EXTENDED, adapter, None),
    ):
        assert model_arguments(DESCRIBED | {"trained": trained}, pointer, tmp_path / "m", folder) == words
    page = readme("base", tmp_path, ["kmmlu"], None, 4)
    assert "lm-eval cannot load an arm with added tokens by itself" in page
    assert "lm_eval run" not in page
