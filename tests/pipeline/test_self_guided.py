"""The self-guided study at size test: graded by a server on loopback, its table by category, what a change reruns."""

import json
import re

import pytest
from openai_server import Server

GRADED = "grades/writing/gradings.parquet"
REPEATED = "grades/writing/repeats.parquet"


@pytest.fixture(scope="module")
def study(new_clone):
    """The study at size test with a judge that grades and judges by rule."""
    clone = new_clone()
    clone.recipe("self_guided")
    with Server() as clone.server:
        clone.ask(clone.server.base_url, "judge", "grade")
        clone.printed = clone.repro()
        yield clone


@pytest.mark.promise(19)
def test_the_table_by_category_shows_arms_without_and_with_grades(study) -> None:
    out = study.printed
    assert "== by_category:" in out
    assert re.search(r"^novel .*6\.286 +4\.547", out, re.MULTILINE), out[-6000:]
    assert re.search(r"^scenario .*5\.795 +4\.038", out, re.MULTILINE)
    for line in ("all seen categories", "all other categories", "all questions"):
        assert re.search(rf"^{line} +\d+ ", out, re.MULTILINE)
    arms = study.json("data/comparison/comparison.json")["single"]["by_category"]["arms"]
    assert set(arms) == {"without", "graded"}
    assert all(1 <= arm["criteria"]["helpfulness"]["mean"] <= 10 for arm in arms.values())


@pytest.mark.promise(20)
def test_the_judge_told_calibration_items_apart_before_it_graded_a_row(study) -> None:
    found = study.json("metrics/grade/writing.json")
    assert found["calibration"]["agreement"] >= 0.8
    assert found["graded"] == 50
    graded = set(study.table("grades/writing/grades.parquet")["instruction_id"])
    without, selected = (
        set(study.table(f"mixtures/{arm}/rows.parquet").filter(split="train")["id"])
        for arm in ("without", "graded")
    )
    assert not without & graded
    assert selected < graded


@pytest.mark.promise(21)
def test_another_threshold_selects_and_trains_anew_and_grades_nothing(study) -> None:
    study.edit("params.yaml", "use: filter, top: 0.5", "use: filter, top: 0.4")
    before = study.server.requests
    assert study.repro("grade@writing", "train@graded", "train@without").ran == {"mix@graded", "train@graded"}
    assert study.server.requests == before


@pytest.mark.promise(21)
def test_ten_rows_more_are_ten_rows_to_grade(study) -> None:
    study.edit("params.yaml", "language: ko, max_rows: 50", "language: ko, max_rows: 1000")
    study.repro("grade@writing")
    graded, sampled = (set(study.table(name)["instruction_id"]) for name in (GRADED, REPEATED))
    sent = study.server.requests
    with (study.path / "recipes/data/self_guided/test/writing_ko.jsonl").open("a", encoding="utf-8") as out:
        for day in range(11, 21):
            row = {
                "instruction": "다음 사실로 짧은 기사를 써 줘.",
                "context": f"행사: 감자 요리 대회\n장소: 평창\n날짜: 8월 {day}일\n참가: {day}7명",
                "response": f"8월 {day}일 평창에서 감자 요리 대회가 열렸다. {day}7명이 참가하여 솜씨를 겨루었다.",
                "category": "news",
            }
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
    study.repro("grade@writing")
    added = set(study.table(GRADED)["instruction_id"]) - graded
    again = set(study.table(REPEATED)["instruction_id"]) - sampled
    assert 0 < len(added) <= 10
    assert study.server.requests == sent + len(added) + len(again)
