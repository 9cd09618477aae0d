"""`python -m domaintune.judge` on real files: the offline judge, a real loopback server that misbehaves, wrong input."""

from pathlib import Path

import polars as pl
import pytest
from judge_run import Project, answers, question
from openai_server import Server

from domaintune.core.frames import read_records, write_records
from domaintune.core.records.question import Answer, Question
from domaintune.core.stage.accounting import Reject

MATCHED = "It melts ice at -40 °C with 30 W."


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Three questions, two arms, one answer missing."""
    texts = {
        "tuned": {"q1": "It melts ice with 30 W.", "q2": "It melts.", "q3": MATCHED},
        "base": {"q1": "A lamp.", "q2": "It melts."},
    }
    rows = [question(name, matched_answer=MATCHED) for name in ("q1", "q2", "q3")]
    return Project(tmp_path, rows, texts, max_reject_fraction=0.5)


def test_the_starter_judge_serves_match_and_declines_similarity(project: Project) -> None:
    assert project.passes().stderr == ""
    found = project.accounts()
    assert (found["in"], found["kept"]) == (12, 4)  # three questions, two rubrics in two orders
    assert found["rejected"] == {"missing_answer": 4, "needs_model": 4}
    assert (found["match_read_in_both_orders"], found["match_same_choice_in_both_orders"]) == (2, 2)
    judgments = project.judgments()
    assert {item.outcome for item in judgments if item.rubric == "similarity"} == {"needs_model"}
    chosen = {(item.question_id, item.choice) for item in judgments if item.scores}
    assert chosen == {("q1", "tuned"), ("q2", "nothing")}
    assert len(read_records(project.folder / "out/tuned/rejects.parquet", Reject)) == 8
    # calibration pairs in both orders; q2's equal answers are one request
    assert pl.read_parquet(project.folder / "responses/tuned.parquet").height == 100 + 3
    project.same_again()


def test_a_baseline_opens_no_judge_and_writes_empty_tables(project: Project) -> None:
    project.params["judge"]["model"]["backend"] = "openai"  # nobody listens there
    assert project.passes(arm="base").stderr == ""
    assert project.judgments("base") == []
    assert pl.read_parquet(project.folder / "responses/base.parquet").height == 0
    found = project.accounts("base")
    assert (found["in"], found["kept"], found["answers_used"]) == (0, 0, 0)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("rubric", "rubrics.tone: there is no spec catalog/rubrics/tone.yaml; known here: by_category, llm_eval"),
        ("questions", "3 answers of tuned or base belong to no question"),
        ("answers", "tuned/answers.parquet: not found. Run `dvc repro`"),
        ("twice", "tuned/answers.parquet: two answers to question q1"),
        ("foreign", "tuned/answers.parquet: expected answers of tuned, got some of base"),
    ],
)  # fmt: skip
def test_wrong_input_gives_one_clear_message_and_writes_nothing(
    project: Project, wrong: str, told: str
) -> None:
    path = project.folder / "tuned/answers.parquet"
    if wrong == "rubric":
        project.params["rubrics"]["tone"] = {"orders": ["arm_first"]}
    elif wrong == "questions":
        write_records(project.folder / "questions.parquet", Question, [question("q9")])
    elif wrong == "answers":
        path.unlink()
    else:
        arms = ("tuned", "tuned" if wrong == "twice" else "base")
        write_records(path, Answer, [answers(arm, {"q1": "It."})["q1"] for arm in arms], sort_by=("arm",))
    assert project.fails(told).startswith("error: ")
    assert project.outputs() == {}


def test_faults_are_survived_nothing_is_paid_twice_and_no_name_or_key_leaks(tmp_path: Path) -> None:
    with Server(faults="429=5,500=7,malformed~5,fenced~3", key="sesame-1234") as server:
        names, words = [f"q{number:02}" for number in range(12)], ("theirs", "ours", "ours")
        arms = zip(("walrus_base", "zebra_arm", "yak_arm"), words, strict=True)
        texts = {arm: {name: f"{word} {name}" for name in names} for arm, word in arms}
        rows = [question(name) for name in names]
        served = Project(tmp_path, rows, texts, server.base_url, max_reject_fraction=0.5)
        served.baseline = "walrus_base"
        for arm in served.params["arms"].values():
            arm["baseline"] = "walrus_base"

        def judge(arm: str, ledger: str = "ledger") -> None:
            served.passes(arm=arm, ledger=ledger, key="sesame-1234")

        judge("zebra_arm")
        found, judgments = served.accounts("zebra_arm"), served.judgments("zebra_arm")
        assert found["in"] == 48
        assert found["kept"] == sum(bool(item.scores) for item in judgments)
        assert {item.outcome for item in judgments} >= {"parsed", "repaired"}
        assert {len(item.scores) for item in judgments if item.rubric == "similarity" and item.scores} == {18}
        assert server.counts()["answered_twice"] == 0
        assert {"429", "500", "malformed", "fenced"} <= set(server.counts()["by_fault"])

        responses = served.folder / "responses/zebra_arm.parquet"
        assert pl.read_parquet(responses).height == found["answers_used"]
        sent, first = server.requests, served.outputs()
        judge("zebra_arm", "of-a-teammate")  # pulled responses, empty ledger
        assert served.outputs() == first
        judge("yak_arm")  # the same answers under another name
        assert server.requests == sent
        others = served.judgments("yak_arm")
        assert sorted(item.request_id for item in others) == sorted(item.request_id for item in judgments)
        assert {item.id for item in others}.isdisjoint({item.id for item in judgments})

        names = ("zebra_arm", "walrus_base", "yak_arm", "baseline_first")
        assert not any(name in str(server.bodies) for name in names)
        for path in [
            path for path in served.folder.rglob("*") if path.is_file() and "catalog" not in path.parts
        ]:
            assert b"sesame-1234" not in path.read_bytes(), path
            assert path.name == "params.yaml" or b"127.0.0.1" not in path.read_bytes(), path

        # an arm with nothing left to ask counts nothing, and keeps the answers that came with it
        for rubrics in ({}, served.params["rubrics"]):
            served.params["rubrics"] = rubrics
            judge("zebra_arm", "of-another")
            found = served.accounts("zebra_arm")
            assert (found["in"] > 0) == (found["answers_used"] > 0) == bool(rubrics)
            assert pl.read_parquet(responses).height == found["answers_used"]
        assert server.requests == sent
