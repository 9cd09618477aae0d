"""A rubric of single answers: every arm is judged, a score out of its range is not a score, offline it is declined."""

import json
from typing import Any

import pytest
from judge_run import RUBRIC_FILES, Canned, compared, question

from domaintune.core.scoring.rubric import read_specs
from domaintune.core.scoring.spec import SingleSpec
from domaintune.core.sections.evaluation import Rubric
from domaintune.core.stage.errors import ParamsError
from domaintune.core.stage.params import parse, read_yaml
from domaintune.core.teacher.repair import Read, Unreadable
from domaintune.judge.judging import account_for, judge
from domaintune.judge.plan import PairwiseComparison, plan, shown_texts

FILE = next(path for path in RUBRIC_FILES if path.stem == "llm_eval")
SPEC = parse(FILE, "llm_eval", SingleSpec, read_yaml(FILE))
RANGES = {
    "understandability": (0, 1), "naturalness": (1, 3), "context_maintenance": (1, 3), "interest": (1, 3),
    "instruction_use": (0, 1), "overall_quality": (1, 5),
}  # fmt: skip
"""The Korean survey, section 7.3."""
BEST = {"reason": " It does what was asked. "} | {name: high for name, (_, high) in RANGES.items()}


def judged(pair: PairwiseComparison, **fields: Any) -> tuple[Any, Any, Canned]:
    """Return the plan, the judgments and the judge, who gives every answer the best scores."""
    asker, rubrics = Canned(lambda *_: BEST), {"llm_eval": Rubric(language="en")}
    questions = {name: question(name, **fields) for name in ("q1", "q2")}
    made = plan({"llm_eval": SPEC}, rubrics, questions, pair)
    return made, judge(asker, {"llm_eval": SPEC}, pair, made.planned), asker  # type: ignore[arg-type]


def test_the_spec_has_the_studys_criteria_ranges_and_table() -> None:
    assert {one.name: (one.lowest, one.highest) for one in SPEC.criteria} == RANGES
    assert SPEC.published is not None
    last = SPEC.published.rows["polyglot_ko_12_8b"]  # Table 1, its last row
    assert list(last.values()) == [0.802, 2.480, 2.310, 1.996, 0.754, 3.325]
    for means in SPEC.published.rows.values():
        assert all(RANGES[name][0] <= mean <= RANGES[name][1] for name, mean in means.items())


@pytest.mark.parametrize("arm", ["tuned", "base"])
def test_every_arm_is_judged_by_itself_a_baseline_too_and_an_answer_it_lacks_is_counted(arm: str) -> None:
    made, judgments, _ = judged(compared({"q1": "one", "q2": "two"}, {"q1": "one"}, arm=arm))
    assert [item.order for item in made.planned] == ["single", "single"]
    for found in judgments:
        assert (found.arm, found.baseline, found.order, found.choice) == (arm, "", "single", "")
        assert found.reason == "It does what was asked."
        assert {(score.name, score.arm) for score in found.scores} == {(name, arm) for name in RANGES}
    accounts = account_for(arm, judgments, [], 0.0)
    assert (accounts.kept, accounts.extra["llm_eval_read"]) == (2, 2)
    made, _, _ = judged(compared({"q1": "one"}, {"q1": "x", "q2": "y"}, arm=arm))
    assert [item.question_id for item in made.planned] == ["q1"]
    assert [(item.reason, item.kind) for item in made.rejects] == [("missing_answer", "rejected")]


def test_scores_in_prose_are_read_criterion_by_criterion() -> None:
    prose: Any = judged(compared({"q1": "one"}, {}))[2].prose
    lines = [f"{one.title['ko']}: {one.highest}점" for one in SPEC.criteria]
    found = prose("\n".join(lines))
    assert isinstance(found, Read)
    assert found.value | {"reason": BEST["reason"]} == BEST
    assert isinstance(prose("\n".join(lines[1:])), Unreadable)


@pytest.mark.parametrize(
    ("fields", "instruction", "given", "asked"),
    [
        ({"instruction": "Sum up.", "question": "A text."}, "Sum up.", "A text.", "Sum up.\n\nA text."),
        ({"question": "Name a metal."}, "Name a metal.", "", "Name a metal."),
        ({"instruction": "Name a metal.", "question": ""}, "Name a metal.", "", "Name a metal."),
        ({"instruction": "You plan.", "question": "Why?", "context": "It is."}, "You plan.", "Why?", "Why?"),
    ],
)
def test_a_judge_sees_the_instruction_where_it_is_the_task(
    fields: dict[str, str], instruction: str, given: str, asked: str
) -> None:
    pair = compared({"q1": "copper"}, {"q1": "zinc"})
    made, _, _ = judged(pair, **fields)
    context = json.loads(made.planned[0].prompt.messages[1].content.split("\n", 1)[1])
    assert context == {"instruction": instruction, "input": given, "answer": "copper"}
    assert shown_texts({"q1": question("q1", **fields)}, "q1", pair, "arm_first")["question"] == asked


def test_a_rubric_has_orders_or_a_language_and_one_of_the_other_kind_is_named() -> None:
    with pytest.raises(
        ParamsError, match="llm_eval: its spec scores each answer by itself: give `language` "
    ):
        read_specs(RUBRIC_FILES, {"llm_eval": Rubric(orders=["arm_first"])})
    with pytest.raises(ParamsError, match="match: its spec compares two answers: give `orders`"):
        read_specs(RUBRIC_FILES, {"match": Rubric(language="ko")})
    for entry in ({}, {"orders": ["arm_first"], "language": "en"}, {"language": "fr"}):
        with pytest.raises(ParamsError, match=r"rubrics\.x"):
            parse(FILE, "rubrics.x", Rubric, entry)


def test_a_spec_that_contradicts_itself_is_refused_with_all_its_problems() -> None:
    published = {"source": "s", "judge": "j", "questions": "q", "rows": {"m": {"interest": 2.0}}, "notes": []}
    change = {"headline": "charm", "context": ["input"], "published": published}
    told = r"context lacks answer.*headline charm is not a criterion.*published\.rows\.m has \['interest'\]"
    with pytest.raises(ParamsError, match=told):
        parse(FILE, "llm_eval", SingleSpec, read_yaml(FILE) | change)
