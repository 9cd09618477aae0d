"""The grade stage against a real loopback judge that grades by rule, errs in named ways, or prefers what is bad."""

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from grade_run import PLANTED, Project, instruction
from openai_server import Server

from domaintune.core.frames import read_records
from domaintune.core.records.judgment import Grade, Grading
from domaintune.core.stage.accounting import Reject
from domaintune.grade.grading import CalibrationAnswer, Repeat

CRITERIA = {"helpfulness", "relevance", "accuracy", "level_of_detail"}
VERSIONS = ("swapped", "truncated", "contradicted", "empty", "off_language")
HEURISTIC = {"grounding", "overlap", "length", "format"}


@pytest.fixture
def project(tmp_path: Path, server: Any) -> Project:
    """Twelve rows, each graded once more by a fair judge if it is drawn."""
    return Project(tmp_path, server.base_url)


def grades(project: Project) -> list[Grade]:
    return read_records(project.folder / "out/grades.parquet", Grade)


def test_every_training_row_is_graded_measured_and_accounted_for_and_a_second_run_sends_nothing(
    project: Project, server: Any
) -> None:
    others = [instruction(12, split="validation"), instruction(13, group="other")]
    project.write([*(instruction(n) for n in range(12)), *others])
    spec = project.spec.read_text("utf-8")
    project.spec.write_text(
        spec.replace('domain:\n  en: ""', 'domain:\n  en: "Pumps are weighed in kg."'), "utf-8"
    )
    project.passes()
    sent = PLANTED + 12 + 4
    assert "0 requests sent" in project.same_again().stdout
    assert server.requests == sent
    [system] = {body["messages"][0]["content"] for body in server.bodies}
    assert "Pumps are weighed in kg." in system
    assert "essays" not in json.dumps(server.bodies, ensure_ascii=False)
    found = grades(project)
    assert {one.name for one in found if one.by == "judge"} == CRITERIA | {"mean"}
    assert {one.name for one in found if one.by == "heuristic"} == HEURISTIC
    assert {one.instruction_id for one in found} == {instruction(n).id for n in range(12)}
    for row in {one.instruction_id for one in found}:
        by_name = {one.name: one.value for one in found if one.instruction_id == row}
        assert by_name["mean"] == sum(by_name[name] for name in CRITERIA) / 4
        assert all(0 <= by_name[name] <= 1 for name in HEURISTIC & set(by_name))
    assert sum(one.name == "grounding" for one in found) == 4  # the rows that were made from a document
    books = project.books()
    assert (books["in"], books["kept"], books["parsed"], books["answers_used"]) == (12, 12, 12, sent)
    assert pl.read_parquet(project.folder / "responses.parquet").height == sent


def test_a_judge_that_prefers_bad_answers_is_refused_before_any_row_is_graded(tmp_path: Path) -> None:
    with Server(faults="perverse=1") as server:
        project = Project(tmp_path, server.base_url)
        project.fails(
            "grade (essays): the judge does not tell good answers from bad",
            "of 40 calibration pairs",
            "less often than grade.min_agreement = 80 % in a language",
            "None of the 12 rows was graded",
            *(f"\n  {version}: " for version in VERSIONS),
            "empty: 0 of 8 told apart; e.g. boiling_water (en): good ",
            "Choose a better judge (grade.model)",
            "catalog/grades/quality.yaml",
        )
        assert server.requests == PLANTED
        assert project.nothing_written()
        project.params["grade"]["unfit_judge"] = "measure"
        project.passes()
        assert server.requests == PLANTED
    books, metrics = project.books(), project.metrics()
    assert (books["in"], books["kept"], books["rejected"]) == (12, 0, {"unfit_judge": 12})
    assert {grade.by for grade in grades(project)} == {"heuristic"}
    assert (metrics["calibration"]["agreement"] < 0.8, metrics["graded"]) == (True, 0)


def test_agreement_with_known_answers_and_with_itself_stands_in_the_metrics(
    project: Project, server: Any
) -> None:
    project.params["grade"]["repeats"] = 3
    project.passes()
    seeds = [body["seed"] for body in server.bodies]
    assert {seed: seeds.count(seed) for seed in set(seeds)} == {0: PLANTED + 12, 1: 4, 2: 4}
    metrics = project.metrics()
    rows = read_records(project.folder / "out/calibration.parquet", CalibrationAnswer)
    assert {row.version for row in rows} == {"good", *VERSIONS}
    assert {row.language for row in rows} == {"en", "ko"}
    assert metrics["calibration"]["pairs"] == 40 == len(rows) - 8
    good = {row.row: row.mean for row in rows if row.version == "good"}
    for version in VERSIONS:
        means = {row.row: row.mean for row in rows if row.version == version}
        won = sum(mean is not None and (good[row] or 0) > mean for row, mean in means.items())
        assert metrics["calibration"][version] == won / 8
    shares = [metrics["calibration"][version] for version in VERSIONS]
    assert metrics["calibration"]["agreement"] == sum(shares) / 5 >= 0.8
    repeats = read_records(project.folder / "out/repeats.parquet", Repeat)
    assert {row.repeat for row in repeats} == {0, 1, 2}
    assert (metrics["repeats"]["asked"], metrics["repeats"]["unread"]) == (12, 0)
    assert set(metrics["repeats"]["agreement"]) == CRITERIA | {"mean"}
    assert {one["pairs"] for one in metrics["repeats"]["agreement"].values()} == {12}


@pytest.mark.parametrize(
    ("fault", "asked_again", "outcome"),
    [
        ("prose", False, "repaired"),
        ("korean", False, "repaired"),
        ("conflict", True, "unparsed"),
        ("wordless", True, "unparsed"),
        ("refusal", False, "refused"),
    ],
)
def test_each_way_of_answering_has_its_outcome_and_an_unread_row_stays_ungraded(
    tmp_path: Path, fault: str, asked_again: bool, outcome: str
) -> None:
    with Server(faults=f"{fault}~2") as server:
        project = Project(tmp_path, server.base_url, repeats=1, min_agreement=0.0, max_reject_fraction=1.0)
        project.params["gradings"]["essays"]["language"] = "ko" if fault == "korean" else "en"
        project.passes()
        assert server.by_fault[fault]
        assert (server.requests > PLANTED + 12) == asked_again
    rows = {row.instruction_id: row for row in read_records(tmp_path / "out/gradings.parquet", Grading)}
    assert {row.outcome for row in rows.values()} <= {"parsed", "repaired", outcome}
    met = [row for row in rows.values() if row.outcome == outcome]
    assert met
    assert outcome != "unparsed" or all(row.detail for row in met)
    graded = {one.instruction_id for one in grades(project) if one.by == "judge"}
    assert graded == {name for name, row in rows.items() if row.outcome in ("parsed", "repaired")}
    assert {one.instruction_id for one in grades(project) if one.by == "heuristic"} == set(rows)
    rejects = read_records(tmp_path / "out/rejects.parquet", Reject)
    assert {row.id for row in rejects} == set(rows) - graded
    assert (project.books()["in"], project.books()["kept"]) == (12, len(graded))
    assert project.metrics()["ungraded"] == ({} if outcome == "repaired" else {outcome: len(met)})


@pytest.mark.parametrize("every", [1, 2])
def test_repeats_that_cannot_be_read_are_counted_and_too_many_unread_rows_and_a_broken_gate_stop_the_run(
    tmp_path: Path, every: int
) -> None:
    with Server(faults=f"wordless~{every}") as server:
        project = Project(tmp_path, server.base_url, min_agreement=0.0, max_reject_fraction=0.01)
        (tmp_path / "gate.json").write_text('{"passed": false}')
        project.fails("broke an expectation")
        (tmp_path / "gate.json").write_text('{"passed": true}')
        project.fails("more than max_reject_fraction = 0.01")
        assert project.nothing_written()
        project.params["grade"]["max_reject_fraction"] = 1.0
        project.passes()
    read = read_records(tmp_path / "out/repeats.parquet", Repeat)
    lost = 8 - len({(row.instruction_id, row.repeat) for row in read})
    found = project.metrics()["repeats"]
    assert 0 < lost == found["unread"] <= found["asked"] == 8
    assert (lost == 8) == (found["agreement"] == {}) == (every == 1)


def test_offline_the_criteria_are_declined_and_counted_heuristics_are_measured_and_nothing_is_refused(
    tmp_path: Path,
) -> None:
    project = Project(tmp_path, max_reject_fraction=0.0)
    done = project.passes()
    assert done.stderr == ""
    assert "12 rows in, 0 kept, 12 lost (needs_model 12)" in done.stdout
    assert {(one.by, one.name) for one in grades(project)} == {("heuristic", name) for name in HEURISTIC}
    assert project.books()["rejected"] == project.metrics()["ungraded"] == {"needs_model": 12}
    assert "calibration" not in project.metrics()
    gradings = read_records(tmp_path / "out/gradings.parquet", Grading)
    assert {row.outcome for row in gradings} == {"needs_model"}
    project.same_again()


def test_beyond_max_rows_a_row_is_neither_measured_nor_paid_for_and_a_grading_of_no_row_is_one_message(
    tmp_path: Path, server: Any
) -> None:
    project = Project(tmp_path, server.base_url, repeats=1, max_reject_fraction=0.0)
    essays = project.params["gradings"]["essays"]
    essays |= {"groups": ["nasa"], "max_rows": 5}
    project.fails("gradings.essays.groups: no curated row has the groups ['nasa']")
    assert server.requests == 0
    assert project.nothing_written()
    essays["groups"] = ["writing"]
    project.passes()
    assert server.requests == PLANTED + 5
    assert project.books()["rejected"] == {"beyond_max_rows": 7}
    names = [one.name for one in grades(project)]
    assert (names.count("overlap"), names.count("mean")) == (5, 5)
