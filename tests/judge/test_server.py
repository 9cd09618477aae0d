"""The judge stage against a real OpenAI-compatible server on loopback that also misbehaves."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import judge_run
import polars as pl
import pytest
from committed import PARAMS
from openai_server import Server
from ruamel.yaml import YAML

from domaintune.core.frames import read_records, write_records
from domaintune.core.records.answer import Answer
from domaintune.core.records.judgment import Judgment
from domaintune.core.records.question import Question
from domaintune.core.stage.params import read_yaml

ROOT = Path(__file__).resolve().parents[2]
NAMES = [f"q{number:02}" for number in range(12)]
Make = Callable[..., Any]


@pytest.fixture
def server() -> Iterator[Any]:
    with Server(faults="429=5,500=7,malformed~5,fenced~3", key="sesame-1234") as server:
        yield server


@pytest.fixture
def project(tmp_path: Path, server: Any, question: Make, duel: Make) -> Path:
    """Twelve questions; `zebra_arm` and `yak_arm` give the same answers under different names."""
    for name in ("catalog", "locks"):
        (tmp_path / name).symlink_to(ROOT / name)
    params = read_yaml(PARAMS)
    arm = {"model": "original", "mixture": None, "baseline": "walrus_base"}
    params["arms"] = {"walrus_base": arm, "zebra_arm": arm, "yak_arm": arm}
    params["judge"]["model"] |= {"backend": "openai", "provider": "loopback", "model": "judge-1"}
    params["judge"] |= {"max_reject_fraction": 0.5}
    params["runtime"]["servers"]["judge"] = {"base_url": server.base_url, "api_key_env": "JUDGE_KEY"}
    with (tmp_path / "params.yaml").open("w", encoding="utf-8") as handle:
        YAML().dump(params, handle)
    write_records(tmp_path / "questions.parquet", Question, [question(name) for name in NAMES])
    for arm_name, word in (("walrus_base", "theirs"), ("zebra_arm", "ours"), ("yak_arm", "ours")):
        answers = duel({name: f"{word} {name}" for name in NAMES}, {}, arm=arm_name).arm_answers
        write_records(
            tmp_path / arm_name / "answers.parquet", Answer, list(answers.values()), sort_by=("question_id",)
        )
    return tmp_path


def run(folder: Path, arm: str, ledger: str = "ledger.sqlite3", key: str = "sesame-1234") -> tuple[int, str]:
    path = str(folder / "ledgers" / ledger)
    return judge_run.run(folder, arm, "walrus_base", DOMAINTUNE_LEDGER=path, JUDGE_KEY=key)


def test_faults_are_survived_nothing_is_paid_twice_and_no_name_or_key_leaks(
    project: Path, server: Any
) -> None:
    code, message = run(project, "zebra_arm")
    assert code == 0, message
    books = json.loads((project / "books" / "zebra_arm.json").read_text())
    judgments = read_records(project / "out" / "zebra_arm" / "judgments.parquet", Judgment)
    assert (
        books["in"] == 48 == books["kept"] + sum(books["rejected"].values()) + sum(books["failed"].values())
    )
    assert books["kept"] == sum(bool(item.scores) for item in judgments)
    assert {item.outcome for item in judgments} >= {"parsed", "repaired"}
    assert {len(item.scores) for item in judgments if item.rubric == "similarity" and item.scores} == {18}
    assert server.counts()["answered_twice"] == 0
    assert {"429", "500", "malformed", "fenced"} <= set(server.counts()["by_fault"])

    responses = (project / "responses" / "zebra_arm.parquet").read_bytes()
    assert pl.read_parquet(project / "responses" / "zebra_arm.parquet").height == books["answers_used"]
    sent = server.requests
    assert run(project, "zebra_arm", ledger="of-a-teammate.sqlite3")[0] == 0  # pulled responses, empty ledger
    assert server.requests == sent
    assert (project / "responses" / "zebra_arm.parquet").read_bytes() == responses

    assert run(project, "yak_arm")[0] == 0  # the same answers under another name
    assert server.requests == sent
    others = read_records(project / "out" / "yak_arm" / "judgments.parquet", Judgment)
    assert sorted(item.request_id for item in others) == sorted(item.request_id for item in judgments)

    seen = json.dumps(server.bodies)
    assert not any(name in seen for name in ("zebra_arm", "walrus_base", "yak_arm", "baseline_first"))
    for path in [path for path in project.rglob("*") if path.is_file() and "catalog" not in path.parts]:
        assert b"sesame-1234" not in path.read_bytes(), path


def test_each_answer_is_scored_by_itself_a_baselines_too_and_paid_for_once(
    project: Path, server: Any
) -> None:
    params = read_yaml(project / "params.yaml")
    params["rubrics"] = {"llm_eval": {"language": "ko"}}
    params["judge"] |= {"min_agreement": 0.4, "max_reject_fraction": 0.5}  # the server cuts every third reply
    params["arms"]["walrus_base"] = params["arms"]["zebra_arm"] | {"baseline": "walrus_base"}
    with (project / "params.yaml").open("w", encoding="utf-8") as handle:
        YAML().dump(params, handle)
    for arm in ("walrus_base", "zebra_arm"):
        code, message = run(project, arm)
        assert code == 0, message
        books = json.loads((project / "books" / f"{arm}.json").read_text())
        judgments = read_records(project / "out" / arm / "judgments.parquet", Judgment)
        assert books["in"] == len(judgments) == 12
        assert {(item.arm, item.baseline, item.order) for item in judgments} == {(arm, "", "single")}
        assert {len(item.scores) for item in judgments if item.outcome in ("parsed", "repaired")} == {6}
        assert all(item.detail for item in judgments if not item.scores)
    assert "naturalness (자연스러움), 1~3" in server.bodies[0]["messages"][0]["content"]
    sent = server.requests
    assert run(project, "yak_arm")[0] == 0  # zebra_arm's answers under another name
    assert server.requests == sent
    assert server.counts()["answered_twice"] == 0


def test_an_arm_with_nothing_left_to_ask_counts_nothing_and_keeps_the_answers_that_came_with_it(
    project: Path, server: Any
) -> None:
    assert run(project, "zebra_arm")[0] == 0
    sent, params = server.requests, read_yaml(project / "params.yaml")
    for rubrics, used in (({}, False), (params["rubrics"], True)):
        with (project / "params.yaml").open("w", encoding="utf-8") as handle:
            YAML().dump(params | {"rubrics": rubrics}, handle)
        assert run(project, "zebra_arm", ledger="of-a-teammate.sqlite3")[0] == 0
        books = json.loads((project / "books" / "zebra_arm.json").read_text())
        assert (books["in"] > 0) == (books["answers_used"] > 0) == used
        assert pl.read_parquet(project / "responses/zebra_arm.parquet").height == books["answers_used"]
    assert server.requests == sent


def test_a_wrong_key_is_one_message_and_nothing_is_written(project: Path, server: Any) -> None:
    code, message = run(project, "zebra_arm", key="wrong-key-99")
    assert (code, message.startswith("error: "), "Traceback" in message) == (1, True, False)
    assert "wrong-key-99" not in message
    assert not (project / "out").exists()
    assert not (project / "books").exists()
