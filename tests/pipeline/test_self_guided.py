"""The self-guided study at size test: graded by a server on loopback, its table by category, what a change reruns."""

import json
import re
import shutil
from pathlib import Path

import polars as pl
import pytest
from openai_server import Server

ROWS = "recipes/data/self_guided/test/writing_ko.jsonl"
GRADES = "data/grades/writing"


@pytest.fixture(scope="module")
def study(new_clone):
    """The study at size test with a judge that grades and judges by rule, its rows in a file of the user's."""
    clone = new_clone()
    clone.recipe("self_guided", "test")
    mine = clone.path.parent / "writing.jsonl"
    shutil.copy(clone.path / ROWS, mine)
    clone.edit("params.yaml", f"path: {ROWS}", f"path: {mine}")
    with Server() as server:
        clone.ask(server.base_url, "judge", "grade")
        clone.server, clone.rows = server, mine
        clone.first = clone.repro()
        clone.commit()
        yield clone


def rows(path: Path, name: str) -> pl.DataFrame:
    return pl.read_parquet(path / GRADES / f"{name}.parquet")


@pytest.mark.promise(19)
def test_the_table_by_category_shows_arms_without_and_with_grades(study, record_property) -> None:
    out = study.first.out
    record_property("seconds of the self-guided study at size test", round(study.first.seconds, 1))
    assert "== by_category:" in out
    assert re.search(r"^novel .*6\.286 +4\.547", out, re.MULTILINE), out[-6000:]
    assert re.search(r"^scenario .*5\.795 +4\.038", out, re.MULTILINE)
    for line in ("all seen categories", "all other categories", "all questions"):
        assert re.search(rf"^{line} +\d+ ", out, re.MULTILINE)
    judged = json.loads((study.path / "data/comparison/comparison.json").read_text(encoding="utf-8"))
    arms = judged["single"]["by_category"]["arms"]
    assert set(arms) == {"without", "graded"}
    assert all(1 <= arm["criteria"]["helpfulness"]["mean"] <= 10 for arm in arms.values())


@pytest.mark.promise(20)
def test_the_judge_told_calibration_items_apart_before_it_graded_a_row(study) -> None:
    found = json.loads((study.path / "metrics/grade/writing.json").read_text(encoding="utf-8"))
    assert found["planted"]["agreement"] >= 0.8
    assert found["graded"] == 50
    graded = set(rows(study.path, "grades")["instruction_id"])
    arms = {
        arm: pl.read_parquet(study.path / f"data/mixtures/{arm}/rows.parquet").filter(split="train")["id"]
        for arm in ("without", "graded")
    }
    assert not set(arms["without"]) & graded
    assert set(arms["graded"]) < graded


@pytest.mark.promise(21)
def test_another_threshold_selects_and_trains_anew_and_grades_nothing(study) -> None:
    study.edit("params.yaml", "use: filter, top: 0.5", "use: filter, top: 0.4")
    before = study.server.counts()["requests"]
    assert study.repro("grade@writing", "train@graded", "train@without").ran == {"mix@graded", "train@graded"}
    assert study.server.counts()["requests"] == before


@pytest.mark.promise(21)
def test_ten_rows_more_are_ten_rows_to_grade(study) -> None:
    study.edit("params.yaml", "language: ko, max_rows: 50", "language: ko, max_rows: 1000")
    study.repro("grade@writing")
    graded, sampled = (set(rows(study.path, name)["instruction_id"]) for name in ("gradings", "repeats"))
    sent = study.server.counts()["requests"]
    more = [
        {
            "instruction": "다음 사실로 짧은 기사를 써 줘.",
            "context": f"행사: 감자 요리 대회\n장소: 평창\n날짜: 8월 {day}일\n참가: {day}7명",
            "response": f"8월 {day}일 평창에서 감자 요리 대회가 열렸다. {day}7명이 참가하여 솜씨를 겨루었다.",
            "category": "news",
        }
        for day in range(11, 21)
    ]
    with study.rows.open("a", encoding="utf-8") as handle:
        handle.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in more)
    study.repro("grade@writing")
    added = set(rows(study.path, "gradings")["instruction_id"]) - graded
    again = set(rows(study.path, "repeats")["instruction_id"]) - sampled
    assert 0 < len(added) <= 10
    assert study.server.counts()["requests"] == sent + len(added) + len(again)
