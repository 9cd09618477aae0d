"""`python -m domaintune.judge` on real files: starter settings, a baseline, and input that is wrong."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from committed import PARAMS
from judge_run import run
from ruamel.yaml import YAML

from domaintune.core.frames import read_records, write_records
from domaintune.core.records.answer import Answer
from domaintune.core.records.judgment import Judgment
from domaintune.core.records.question import Question
from domaintune.core.stage.accounting import Reject
from domaintune.core.stage.params import read_yaml

ROOT = Path(__file__).resolve().parents[2]
Make = Callable[..., Any]


@pytest.fixture
def project(tmp_path: Path, question: Make, duel: Make) -> Path:
    """A folder as the stage sees it: three questions, two arms, one answer missing."""
    for name in ("catalog", "locks"):
        (tmp_path / name).symlink_to(ROOT / name)
    params = read_yaml(PARAMS)
    params["arms"] = {
        "base": {"model": "original", "mixture": None, "baseline": "base"},
        "tuned": {"model": "original", "mixture": ["nasa"], "baseline": "base"},
    }
    params["judge"]["max_reject_fraction"] = 0.5  # one of three questions has no answer
    save(tmp_path, params)
    matched = "It melts ice at -40 °C with 30 W."
    questions = [question(name, matched=matched) for name in ("q1", "q2", "q3")]
    write_records(tmp_path / "questions.parquet", Question, questions)
    pair = duel(
        {"q1": "It melts ice with 30 W.", "q2": "It melts.", "q3": matched},
        {"q1": "A lamp.", "q2": "It melts."},
    )
    for arm, answers in (("tuned", pair.arm_answers), ("base", pair.baseline_answers)):
        rows = list(answers.values())
        write_records(tmp_path / arm / "answers.parquet", Answer, rows, sort_by=("question_id",))
    return tmp_path


def save(folder: Path, params: dict[str, Any]) -> None:
    with (folder / "params.yaml").open("w", encoding="utf-8") as handle:
        YAML().dump(params, handle)


def outputs(folder: Path) -> dict[str, bytes]:
    files = sorted(path for name in ("out", "responses", "books") for path in (folder / name).rglob("*.*"))
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def test_the_starter_judge_serves_match_and_declines_similarity(project: Path) -> None:
    assert run(project, "tuned") == (0, "")
    books = json.loads((project / "books" / "tuned.json").read_text())
    assert books["in"] == 12  # three questions, two rubrics in two orders
    assert books["kept"] == 4
    assert books["rejected"] == {"missing_answer": 4, "needs_model": 4}
    assert (books["match_read_in_both_orders"], books["match_same_choice_in_both_orders"]) == (2, 2)
    judgments = read_records(project / "out" / "tuned" / "judgments.parquet", Judgment)
    assert {item.outcome for item in judgments if item.rubric == "similarity"} == {"needs_model"}
    assert {(item.question_id, item.choice) for item in judgments if item.scores} == {
        ("q1", "tuned"),
        ("q2", "nothing"),
    }
    rejects = read_records(project / "out" / "tuned" / "rejects.parquet", Reject)
    assert len(rejects) == books["in"] - books["kept"]
    assert (
        pl.read_parquet(project / "responses" / "tuned.parquet").height == 100 + 3
    )  # planted pairs in both orders; q2's equal answers are one request
    first = outputs(project)
    assert run(project, "tuned") == (0, "")
    assert outputs(project) == first


def test_a_baseline_opens_no_judge_and_writes_empty_tables(project: Path) -> None:
    params = read_yaml(project / "params.yaml")
    params["judge"]["model"]["backend"] = "openai"  # nobody listens there
    save(project, params)
    assert run(project, "base") == (0, "")
    assert read_records(project / "out" / "base" / "judgments.parquet", Judgment) == []
    assert pl.read_parquet(project / "responses" / "base.parquet").height == 0
    books = json.loads((project / "books" / "base.json").read_text())
    assert (books["in"], books["kept"], books["answers_used"]) == (0, 0, 0)


@pytest.mark.parametrize(
    "wrong", ["rubric without a file", "teaching backend", "stale answers", "no answers"]
)
def test_wrong_input_gives_one_clear_message_and_writes_nothing(
    project: Path, question: Make, wrong: str
) -> None:
    params = read_yaml(project / "params.yaml")
    if wrong == "rubric without a file":
        params["rubrics"]["tone"] = {"orders": ["arm_first"]}
        expected = "rubrics.tone: there is no card tone.yaml, only by_category, llm_eval, match"
    elif wrong == "teaching backend":
        params["judge"]["model"]["backend"] = "extractive"
        expected = "backend: extractive is not for this stage"
    elif wrong == "stale answers":
        write_records(project / "questions.parquet", Question, [question("q9")])
        expected = "3 answers of tuned or base belong to no question"
    else:
        (project / "tuned" / "answers.parquet").unlink()
        expected = "tuned/answers.parquet: not found. Run `dvc repro`"
    save(project, params)
    code, message = run(project, "tuned")
    assert code == 1
    assert message.startswith("error: ")
    assert expected in message
    assert "Traceback" not in message
    assert outputs(project) == {}
