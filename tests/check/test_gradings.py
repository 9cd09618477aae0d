"""A grading that names what is not there, or a backend of another stage, is found before anything is spent."""

from pathlib import Path

import pytest

from domaintune.check.references import cross_section_problems

PARAMS = """
tasks: {summary: {group: science, reads: documents, sources: []}}
sets: {essays: {group: writing, use: train, task: essays}, exam: {group: held_out, use: evaluate, task: exam}}
gradings:
  good: {groups: [science, writing], card: quality, language: en, max_rows: null}
  a: {groups: [held_out], card: quality, language: en, max_rows: null}
  b: {groups: [writing], card: qualty, language: en, max_rows: null}
  c: {groups: [writing], card: quality, language: ko, max_rows: null}
  d: {groups: [writing], card: broken, language: ko, max_rows: null}
teacher: {backend: surface}
judge: {model: {backend: extractive}}
grade: {model: {backend: overlap}}
"""


def test_every_problem_is_named_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    cards = tmp_path / "catalog/grades"
    cards.mkdir(parents=True)
    (cards / "quality.yaml").write_text("prompts: {en: {}}\n")
    (cards / "broken.yaml").write_text("- a list\n")
    path = tmp_path / "params.yaml"
    path.write_text(PARAMS, encoding="utf-8")
    lines = "\n".join(cross_section_problems(path, Path("catalog/grades")))
    for part in (
        "gradings.a.groups: no task or set has the group held_out",
        "gradings.b.card: there is no catalog/grades/qualty.yaml (did you mean quality?)",
        "gradings.c.language: catalog/grades/quality.yaml has prompts in en, not in ko",
        "expected a mapping at the top",
        "teacher.backend: surface is not for this stage; expected openai, transformers or extractive",
        "judge.model.backend: extractive is not for this stage; expected openai, transformers or overlap",
        "grade.model.backend: overlap is not for this stage; expected openai, transformers or surface",
    ):
        assert part in lines
    assert len(lines.splitlines()) == 7
