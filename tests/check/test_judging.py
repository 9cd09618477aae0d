"""A criterion that no rubric scores, and labels that are not there, are found before a judge is paid."""

from collections.abc import Callable
from pathlib import Path

import pytest

from domaintune.check.scoring import judging_problems

ROOT = Path(__file__).parents[2]
RUBRICS = "rubrics: {match: {orders: [arm_first]}, similarity: {orders: [arm_first]}, by_category: {language: ko}}\n"


def problems(folder: Path, primary: str, labels: str = "null") -> list[str]:
    path = folder / "params.yaml"
    path.write_text(
        f"{RUBRICS}compare: {{primary: {primary}}}\njudge: {{labels: {labels}}}\n", encoding="utf-8"
    )
    return list(judging_problems(path, ROOT / "catalog/rubrics", folder / "labels"))


@pytest.mark.parametrize(
    ("primary", "said"),
    [
        ("by_category.acuracy", "gives no score of acuracy to both arms (did you mean accuracy?)"),
        ("by_category.acuracy.seen_minus_unseen", "gives no score of acuracy to both arms"),
        ("match.mean", "gives no score of mean to both arms"),
        ("similarity.impact", "gives no score of impact to both arms"),  # it scores the pair
    ],
)
def test_a_primary_criterion_that_no_rubric_scores_is_refused_at_check(
    tmp_path: Path, primary: str, said: str
) -> None:
    found = problems(tmp_path, f"[match.matching, {primary}]")
    assert len(found) == 1
    assert f"compare.primary: {primary}: " in found[0]
    assert said in found[0]


def test_what_a_rubric_scores_may_be_primary_and_what_is_told_elsewhere_is_not_told_twice(
    tmp_path: Path,
) -> None:
    known = "[match.matching, by_category.mean, by_category.accuracy.seen_minus_unseen, mtach.matching]"
    assert problems(tmp_path, known) == []
    assert problems(tmp_path, "null") == []


def test_a_primary_criterion_of_a_rubric_without_a_readable_card_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "params.yaml"
    path.write_text(f"{RUBRICS}compare: {{primary: [match.matching, by_category.mean]}}\n", encoding="utf-8")
    (tmp_path / "match.yaml").write_text("verdict: closer\n", encoding="utf-8")
    found = list(judging_problems(path, tmp_path, tmp_path))
    assert "match gives no score of matching" in found[0]
    assert "by_category.yaml: not found" in found[1]


def test_labels_that_are_not_there_are_refused_at_check_with_the_file_that_was_probably_meant(
    tmp_path: Path,
) -> None:
    (tmp_path / "labels").mkdir()
    (tmp_path / "labels/people.csv").write_text("question_id,arm,baseline,choice\n", encoding="utf-8")
    assert problems(tmp_path, "null", "labels/people.csv") == []
    found = problems(tmp_path, "null", "labels/peple.csv")
    assert len(found) == 1
    assert "judge.labels: there is no file labels/peple.csv (did you mean labels/people.csv?)" in found[0]


def test_the_stage_stops_at_either(tmp_path: Path, stopped: Callable[[], str]) -> None:
    problems(tmp_path, "[match.mean]", "labels/people.csv")
    said = stopped()
    assert "compare.primary: match.mean" in said
    assert "judge.labels: there is no file labels/people.csv" in said
    assert not (tmp_path / "checked").exists()
