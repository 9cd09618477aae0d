"""Verdicts of simulated judges on pairs of answers, each judge with one fault or none."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from committed import ROOT
from records import blank
from typer.testing import CliRunner

from domaintune.compare import __main__ as compare
from domaintune.core.records.judgment import CONTRADICTION, CalibrationPair, Judgment, Score
from domaintune.core.records.question import Answer
from domaintune.core.stage.files import write_json

BASE, TUNED = [4, 1, 2, 1, 3, 2, 2, 2, 4, 1], [1, 2, 2, 2, 4, 4, 3, 3, 3, 2]
"""Scores of the NASA R&D study, Table 7."""
NEAR_COPIES = {
    "alike": 0.8,
    "questions": {"exam": {"n": 40, "near": 3, "share": 0.075}},
    "documents": {"n": 20, "near": 1, "share": 0.05, "titles": 2},
}
ORDERS = ("baseline_first", "arm_first")
PAIRWISE = {"match": {"orders": list(ORDERS)}, "similarity": {"orders": ["baseline_first"]}}
FOUR = ("accuracy", "helpfulness", "level_of_detail", "relevance")
BY_CATEGORY = {"by_category": {"language": "ko"}}
SIX = (
    "understandability",
    "naturalness",
    "context_maintenance",
    "interest",
    "instruction_use",
    "overall_quality",
)
LLM_EVAL = {"llm_eval": {"language": "ko"}}


def read(out: Path, name: str = "comparison/comparison.json") -> Any:
    """Return what compare wrote as JSON."""
    return json.loads((out / name).read_text())


def compare_in(folder: Path, out: Path, **own: Path) -> str:
    """Run `compare` on a folder as dvc would, and return what it prints; `own`: what does not stand where it is usual."""
    write_json(folder / "near_copies.json", NEAR_COPIES)
    names = ("answers", "judgments", "benchmarks", "specs", "mixtures", "labels")
    options = {name: folder / name for name in names} | {
        "params": folder / "params.yaml", "questions": folder / "questions.parquet", "out": out / "comparison",
        "near-copies": folder / "near_copies.json", "metrics": out / "metrics.json", "accounting": out / "accounting.json",
        "rubrics": ROOT / "catalog/rubrics", "suites": ROOT / "catalog/benchmark_suites",
    } | own  # fmt: skip
    flat = [part for name, path in options.items() for part in (f"--{name}", str(path))]
    result = CliRunner().invoke(compare.app, flat, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def alone(rubric: str, i: int, arm: str, values: dict[str, float], **changes: Any) -> Judgment:
    """Return the verdict of a rubric that saw question i's answer by itself; lost ones have no scores."""
    given = [Score(name=name, arm=arm, value=float(value)) for name, value in sorted(values.items())]
    lost = {"scores": [], "reason": ""} if changes.get("outcome", "parsed") != "parsed" else {}
    told = {"order": "single", "scores": given, "reason": "so", "outcome": "parsed", "request_id": "r"}
    name = f"{rubric}-{arm}-{i:02}"
    return blank(Judgment, id=name, rubric=rubric, question_id=f"q{i:02}", arm=arm, **told | changes | lost)


def four(i: int, arm: str, value: float, **others: float) -> Judgment:
    """Return the verdict by the four criteria of the writing study: one value for all but the ones named."""
    changes = {name: others.pop(name) for name in ("outcome",) if name in others}
    return alone("by_category", i, arm, dict.fromkeys(FOUR, value) | others, **changes)


class Shown(NamedTuple):
    """What a judge sees: how good each answer is and how long, and the arm's place."""

    good: tuple[float, float]
    """Of the arm and the baseline, 0 to 1."""
    lengths: tuple[int, int]
    arm_first: bool
    question: int


Judge = Callable[[Shown], tuple[int, int, str]]
"""Returns the scores of arm and baseline, and who is closer: arm, baseline or nothing."""


def fair(shown: Shown) -> tuple[int, int, str]:
    arm, base = (1 + int(4 * good) for good in shown.good)
    return arm, base, "arm" if shown.good[0] > shown.good[1] else "baseline"


def constant(shown: Shown) -> tuple[int, int, str]:
    return 3, 3, fair(shown)[2]


def first_place(shown: Shown) -> tuple[int, int, str]:
    return (4, 2, "arm") if shown.arm_first else (2, 4, "baseline")


def longest(shown: Shown) -> tuple[int, int, str]:
    return (4, 2, "arm") if shown.lengths[0] > shown.lengths[1] else (2, 4, "baseline")


def second_place(shown: Shown) -> tuple[int, int, str]:
    return first_place(shown._replace(arm_first=not shown.arm_first))


def judged(judge: Judge, questions: int = 40, seed: int = 1, arm: str = "tuned") -> Any:
    """Return an arm's verdicts in both orders, and the answers by arm: lengths say nothing about how good they are."""
    rng = np.random.default_rng(seed)
    good, lengths = rng.random((questions, 2)), rng.integers(20, 400, (questions, 2))
    answers = {
        who: [answer(who, i, "x" * lengths[i][side], 0) for i in range(questions)]
        for side, who in enumerate((arm, "base"))
    }
    rows = [
        row(judge(Shown(tuple(good[i]), tuple(lengths[i]), order == "arm_first", i)), i, order, arm)
        for i in range(questions)
        for order in ORDERS
    ]
    return rows, answers


def answer(arm: str, i: int, text: str, tokens: int, finished: bool = True) -> Answer:
    return Answer(arm=arm, question_id=f"q{i:02}", text=text, tokens=tokens, finished=finished)


def row(said: tuple[float, float, str], i: int, order: str, arm: str = "tuned") -> Judgment:
    ours, theirs, closer = said
    scores = [
        Score(name="matching", arm=who, value=value)
        for who, value in sorted({"base": theirs, arm: ours}.items())
    ]
    choice = {"arm": arm, "baseline": "base"}.get(closer, "nothing")
    told = {"scores": scores, "choice": choice, "reason": "so", "outcome": "parsed", "request_id": "r"}
    own = {"id": f"{arm}-{i}-{order}", "question_id": f"q{i:02}", "arm": arm, "order": order}
    return blank(Judgment, rubric="match", baseline="base", **own | told)


def verdict(
    i: int,
    arm: str,
    base: float,
    tuned: float,
    order: str = "arm_first",
    rubric: str = "match",
    **changes: Any,
) -> Judgment:
    """Return the verdict that gives baseline and arm these scores and prefers the higher."""
    closer = "nothing" if base == tuned else "arm" if tuned > base else "baseline"
    found = row((tuned, base, closer), i, order, arm)
    return found.model_copy(update={"id": f"{rubric}-{found.id}", "rubric": rubric} | changes)


def likeness(i: int, arm: str, values: dict[str, float], specific: str, **changes: Any) -> Judgment:
    """Return the verdict of similarity by respect; `specific` is the arm that is the more specific one in all."""
    scores = [Score(name=f"similarity/{name}", arm="", value=float(value)) for name, value in values.items()]
    scores += [
        Score(name=f"specific/{name}", arm=who, value=float(who == specific))
        for name in values
        for who in ("base", arm)
    ]
    told = {"scores": scores, "choice": "", "reason": ""}
    return verdict(i, arm, 1, 1, "baseline_first", "similarity", **told | changes)


def planted(told: int = 10, *, padded: bool = True) -> list[CalibrationPair]:
    """Return a judge's calibration pairs: how many of ten swapped answers it told, and whether padded ones."""
    kinds = [("swapped", at < told) for at in range(10)] + [("padded", padded)] * 2
    return [
        blank(
            CalibrationPair, id=f"match{at}", rubric="match", row=f"r{at}", version=kind, language=("en", "ko")[at % 2],
            told_apart=apart,
        )
        for at, (kind, apart) in enumerate(kinds)
    ]  # fmt: skip


def contradictory(rows: Sequence[Judgment], every: int) -> list[Judgment]:
    """Return the verdicts, of which every so-manieth was first given with a choice against its scores."""
    detail = f"{CONTRADICTION}: closer is B, score_a 5 and score_b 1"
    return [
        one.model_copy(update={"outcome": "repaired", "detail": detail}) if at % every == 0 else one
        for at, one in enumerate(rows)
    ]
