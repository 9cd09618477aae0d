"""A small project on disk: questions, two or three arms, answers and judgments."""

import json
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple

import judges
import pytest
from committed import PARAMS, ROOT
from judge_run import write_judgments
from model_settings import BENCHMARK, CARD, COMPARE
from records import blank, scored_items

from domaintune.core.frames import write_records
from domaintune.core.records.question import Answer, BenchmarkItem, Question
from domaintune.core.stage.files import write_json
from domaintune.core.stage.params import read_yaml


class Project(NamedTuple):
    root: Path

    def write_items(self, arm, rows):
        path = self.root / f"benchmarks/{arm}/items.parquet"
        write_records(path, BenchmarkItem, rows, ["benchmark", "method", "question_id"])

    def write_mixture(self, arm, categories=(), tokens=1000, trained=True, uncategorised=None):
        counts = {"rows": 10, "tokens": tokens, "answer_tokens": 400}
        path = self.root / f"mixtures/{arm}/mixture.json"
        found = {
            "trained": True, "train": counts, "categories": dict.fromkeys(categories, counts),
            "uncategorised": (0 if categories else 10) if uncategorised is None else uncategorised,
        }  # fmt: skip
        write_json(path, found if trained else {"trained": False, "template": "alpaca"})

    def write_spec(self, name, **changes):
        (self.root / "specs").mkdir(exist_ok=True)
        in_the_publications_order = json.dumps(CARD | changes)
        (self.root / f"specs/{name}.yaml").write_text(in_the_publications_order)


def lost(i, arm, outcome, order="arm_first", rubric="match"):
    return judges.verdict(
        i, arm, 1, 1, order, rubric, scores=[], choice="", outcome=outcome, detail="said nothing"
    )


def likeness(i, arm, value, specific):
    return judges.likeness(i, arm, {"importance": value, "missions": value}, specific)


def build(
    root, judgments, arms=("tuned",), answers=None, split="train", entries=None, categories=None, context="", n=10,
    clusters=None, follows=None, planted=(), mixtures=None, **sections,
):  # fmt: skip
    about_the_judge = ("judge", "grade", "gradings", "teacher", "tasks", "models")
    shipped = read_yaml(PARAMS)
    params = {name: shipped[name] for name in about_the_judge} | {
        "arms": {"base": {"model": "m", "mixture": None, "baseline": "base"}}
        | {arm: {"model": "m", "mixture": ["nasa"], "baseline": "base"} for arm in arms}
        | (entries or {}),
        "rubrics": judges.PAIRWISE, "compare": COMPARE, "benchmarks": {},
        "answer": {"questions": {"n": 10, "from": "train", "context": "none"}},
    } | sections  # fmt: skip
    project = Project(root)
    write_json(root / "params.yaml", params)
    given = {"category": categories or {}, "cluster": clusters or {}, "follows": follows or {}}
    asked = [
        {"id": f"q{i:02}", "question": f"Question {i}?"} | {name: by.get(i, "") for name, by in given.items()}
        for i in range(n)
    ]
    questions = [blank(Question, split=split, context=context, **own) for own in asked]
    write_records(root / "questions.parquet", Question, questions)
    for arm in params["arms"]:
        trained = bool(params["arms"][arm]["mixture"])
        project.write_mixture(arm, (mixtures or {}).get(arm, ()), trained=trained)
    for arm in ("base", *arms):
        rows = (answers or {}).get(
            arm, [judges.answer(arm, i, arm * (1 if arm == "base" else 3), 5) for i in range(n)]
        )
        write_records(root / "answers" / arm / "answers.parquet", Answer, rows, ["question_id"])
        rows = [row for row in judgments if row.arm == arm]
        write_judgments(root / "judgments" / arm, rows, planted if arm != "base" else [])
    return project


def examined(root, scored, benchmarks, judged=(), spec=None, **given):
    """Return a project on benchmarks: `scored`: arm → its items; `spec`: what the specs say beside the usual."""
    arms = tuple(arm for arm in scored if arm != "base")
    given = {"rubrics": judges.PAIRWISE if judged else {}} | given
    project = build(root, judged, arms, benchmarks=benchmarks, **given)
    for name in benchmarks:
        project.write_spec(name, **(spec or {}))
    for arm, rows in scored.items():
        project.write_items(arm, rows)
    return project


def run(project, out="out"):
    (project.root / "locks").mkdir(exist_ok=True)
    (project.root / "locks/compare.txt").write_text((ROOT / "locks/compare.txt").read_text())
    return project.root / out, judges.compare_in(project.root, project.root / out)


def both_orders(i, arm, base, tuned):
    return [judges.verdict(i, arm, base, tuned, order) for order in judges.ORDERS]


def study():
    both = enumerate(zip(judges.BASE, judges.TUNED, strict=True))
    return [row for i, (base, tuned) in both for row in both_orders(i, "tuned", base, tuned)]


@pytest.fixture
def make(tmp_path, monkeypatch):
    """Return the builders; the working folder is the project's."""
    monkeypatch.chdir(tmp_path)
    return SimpleNamespace(
        build=partial(build, tmp_path), run=run, ran=lambda *rows, **given: run(build(tmp_path, *rows, **given)), study=study, both_orders=both_orders, answer=judges.answer, lost=lost,
        likeness=likeness, verdict=judges.verdict, items=scored_items, local=BENCHMARK, compare=COMPARE, orders=judges.ORDERS,
        examined=partial(examined, tmp_path),
    )  # fmt: skip
