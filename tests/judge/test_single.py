"""A rubric of single answers: every arm is judged, a score out of its range is no score, offline it is declined."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domaintune.core.paying.protocol import Failure, Message, Request, Sampling
from domaintune.core.records.question import Question
from domaintune.core.scoring.rubric import read_specs
from domaintune.core.scoring.spec import SingleSpec
from domaintune.core.sections.evaluation import Rubric
from domaintune.core.stage.errors import ParamsError
from domaintune.core.stage.files import to_json
from domaintune.core.stage.params import parse, read_yaml
from domaintune.core.teacher.asking import Asked, Prompt
from domaintune.core.teacher.repair import Read, Unreadable, read_answer
from domaintune.judge.judging import check_losses, judge, keep_books, lost
from domaintune.judge.plan import plan, texts
from domaintune.judge.token_f1 import TokenF1Judge
from domaintune.judge.verdicts import problem, read, tidy

ROOT = Path(__file__).resolve().parents[2]
CARD_FILES = sorted((ROOT / "catalog/rubrics").glob("*.yaml"))
Make = Callable[..., Any]
FILE = ROOT / "catalog/rubrics/llm_eval.yaml"
RANGES = {
    "understandability": (0, 1), "naturalness": (1, 3), "context_maintenance": (1, 3), "interest": (1, 3),
    "instruction_use": (0, 1), "overall_quality": (1, 5),
}  # fmt: skip
"""The Korean survey, section 7.3."""


@pytest.fixture(scope="module")
def card() -> SingleSpec:
    found = read_specs(CARD_FILES, {"llm_eval": Rubric(language="en")})["llm_eval"]
    assert isinstance(found, SingleSpec)
    return found


def reply(**changes: Any) -> dict[str, Any]:
    return (
        {"reason": "It does what was asked."} | {name: high for name, (_, high) in RANGES.items()} | changes
    )


def ladder(card: SingleSpec, value: Any) -> Read | Unreadable:
    return read_answer(
        json.dumps(value), card.reply_schema, lambda it: problem(card, it), tidy=lambda it: tidy(card, it)
    )


def test_the_card_has_the_studys_criteria_ranges_and_table(card: SingleSpec) -> None:
    assert {one.name: (one.lowest, one.highest) for one in card.criteria} == RANGES
    assert card.published is not None
    # Table 1, its last row
    assert list(card.published.rows["polyglot_ko_12_8b"].values()) == [
        0.802,
        2.480,
        2.310,
        1.996,
        0.754,
        3.325,
    ]
    for means in card.published.rows.values():
        assert all(RANGES[name][0] <= mean <= RANGES[name][1] for name, mean in means.items())


def test_a_plain_reply_is_read(card: SingleSpec) -> None:
    jsonschema.validate(reply(), card.reply_schema)
    verdict = read(card, reply(interest=2))
    assert [(score.name, score.side) for score in verdict.scores] == [(name, "") for name in RANGES]
    assert {score.name: score.value for score in verdict.scores}["interest"] == 2.0
    assert (verdict.closer, verdict.reason) == (None, "It does what was asked.")


@pytest.mark.parametrize("given", [3, 3.0, "3", "3/3", " 3 "])
def test_spellings_of_three_are_three(card: SingleSpec, given: Any) -> None:
    found = ladder(card, reply(naturalness=given))
    assert isinstance(found, Read)
    assert found.value["naturalness"] == 3


@pytest.mark.parametrize("given", [0, 4, -1, 2.5, "4/3", "three", None, True, [2], 10**30, "3/5"])
def test_a_score_out_of_its_range_is_unparsed_with_the_detail_and_never_moved(
    card: SingleSpec, given: Any
) -> None:
    assert "naturalness: expected 1 to 3" in str(problem(card, reply(naturalness=given)))
    found = ladder(card, reply(naturalness=given))
    assert isinstance(found, Unreadable)
    assert "naturalness" in found.problem


def test_all_that_is_wrong_is_named_at_once(card: SingleSpec) -> None:
    wrong = reply(interest=9, overall_quality="6")
    del wrong["instruction_use"]
    assert problem(card, wrong) == (
        "instruction_use missing; interest: expected 1 to 3, got 9; overall_quality: expected 1 to 5, got 6"
    )


@given(st.dictionaries(st.sampled_from([*RANGES, "reason", "x"]), st.integers(-2, 7) | st.text() | st.none()))
def test_any_object_is_read_within_its_ranges_or_named_as_a_problem(
    card: SingleSpec, value: dict[str, Any]
) -> None:
    if problem(card, value) is None:
        for score in read(card, value).scores:
            low, high = RANGES[score.name]
            assert low <= score.value <= high
            assert str(int(score.value)) in str(value[score.name])


class Canned:
    """Gives every answer the best scores, and fails as it is told to."""

    def __init__(self, outcome: str = "parsed") -> None:
        self.outcome, self.asked = outcome, 0

    def ask_json(
        self,
        prompts: Sequence[Prompt],
        schema: Mapping[str, Any],
        check: Callable[[Any], str | None],
        tidy: Callable[[Any], Any],
        prose: Callable[[str], Any] | None,
    ) -> list[Asked]:
        self.asked += len(prompts)
        self.prose = prose
        read = self.outcome == "parsed"
        assert not read or check(reply()) is None
        return [Asked(p.id, reply() if read else None, self.outcome, "why", "key") for p in prompts]  # type: ignore[arg-type]


def held(card: SingleSpec, question: Make, pair: Any, asker: Canned, language: Any = "en") -> Any:
    questions = {name: question(name) for name in ("q1", "q2")}
    made = plan({"llm_eval": card}, {"llm_eval": Rubric(language=language)}, questions, pair)
    return made, judge(asker, {"llm_eval": card}, pair, made.planned)


@pytest.mark.parametrize("arm", ["tuned", "base"])
def test_every_arm_is_judged_by_itself_a_baseline_too(
    card: SingleSpec, question: Make, duel: Make, arm: str
) -> None:
    pair = duel({"q1": "one", "q2": "two"}, {"q1": "one"}, arm=arm)
    made, judgments = held(card, question, pair, Canned())
    assert [item.order for item in made.planned] == ["single", "single"]
    for found in judgments:
        assert (found.arm, found.baseline, found.order, found.choice) == (arm, "", "single", "")
        assert {score.arm for score in found.scores} == {arm}
        assert {score.name for score in found.scores} == set(RANGES)
    books = keep_books(arm, judgments, lost(judgments), len(made.planned))
    assert (books.kept, books.extra["llm_eval_read"]) == (2, 2)


def test_scores_in_prose_are_read_criterion_by_criterion(
    card: SingleSpec, question: Make, duel: Make
) -> None:
    asker = Canned()
    held(card, question, duel({"q1": "one"}, {}), asker)
    assert asker.prose is not None
    lines = [f"{one.title['ko']}: {one.highest}점" for one in card.criteria]
    found = asker.prose("\n".join(lines))
    assert isinstance(found, Read)
    assert {name: found.value[name] for name in RANGES} == {name: high for name, (_, high) in RANGES.items()}
    assert isinstance(asker.prose("\n".join(lines[1:])), Unreadable)


def test_a_missing_answer_is_counted_and_the_other_arms_is_not_needed(
    card: SingleSpec, question: Make, duel: Make
) -> None:
    made, _ = held(card, question, duel({"q1": "one"}, {"q1": "x", "q2": "y"}), Canned())
    assert [item.question_id for item in made.planned] == ["q1"]
    assert [(item.reason, item.kind) for item in made.rejects] == [("missing_answer", "rejected")]


def test_equal_answers_of_two_arms_are_one_request(card: SingleSpec, question: Make, duel: Make) -> None:
    ours, _ = held(card, question, duel({"q1": "same"}, {}), Canned())
    theirs, _ = held(card, question, duel({"q1": "same"}, {}, arm="other"), Canned())
    assert ours.planned[0].prompt == theirs.planned[0].prompt
    assert ours.planned[0].id != theirs.planned[0].id


def test_the_judge_is_asked_in_the_language_of_the_parameter(
    card: SingleSpec, question: Make, duel: Make
) -> None:
    pair = duel({"q1": "답"}, {})
    english, korean = (
        held(card, question, pair, Canned(), language)[0].planned[0].prompt.messages
        for language in ("en", "ko")
    )
    assert "naturalness (Naturalness), 1 to 3" in english[0].content
    assert "naturalness (자연스러움), 1~3" in korean[0].content
    assert english[1].content.split("{", 1)[1] == korean[1].content.split("{", 1)[1]
    assert english[0].content.count("overall_quality") == korean[0].content.count("overall_quality") == 2


def test_no_arm_is_named_to_the_judge(card: SingleSpec, question: Make, duel: Make) -> None:
    made, _ = held(card, question, duel({"q1": "one"}, {}, arm="zebra_arm", baseline="walrus"), Canned())
    assert not {"zebra_arm", "walrus"} & set(str(made.planned[0].prompt).replace("'", " ").split())


def empty(**fields: str) -> Question:
    values: dict[str, Any] = {name: [] if name == "options" else "" for name in Question.model_fields}
    return Question(**values | {"id": "q1", "split": "test"} | fields)


@pytest.mark.parametrize(
    ("fields", "instruction", "given", "asked"),
    [
        (
            {"instruction": "Sum it up.", "question": "A text."},
            "Sum it up.",
            "A text.",
            "Sum it up.\n\nA text.",
        ),
        ({"question": "Name a metal."}, "Name a metal.", "", "Name a metal."),
        ({"instruction": "Name a metal."}, "Name a metal.", "", "Name a metal."),
        ({"instruction": "You plan.", "question": "Why?", "context": "It is."}, "You plan.", "Why?", "Why?"),
    ],
)
def test_a_judge_sees_the_instruction_where_it_is_the_task(
    card: SingleSpec, duel: Make, fields: dict[str, str], instruction: str, given: str, asked: str
) -> None:
    row, pair = empty(**fields), duel({"q1": "copper"}, {"q1": "zinc"})
    made = plan({"llm_eval": card}, {"llm_eval": Rubric(language="en")}, {"q1": row}, pair)
    material = json.loads(made.planned[0].prompt.messages[1].content.split("\n", 1)[1])
    assert material == {"instruction": instruction, "input": given, "answer": "copper"}
    assert texts(row, pair, "arm_first")["question"] == asked


def test_offline_it_is_declined_counted_and_not_held_against_the_run(
    card: SingleSpec, question: Make, duel: Make
) -> None:
    message = Message("user", to_json({"verdict": "scores", "instruction": "i", "input": "", "answer": "a"}))
    asked = Request("embedded", "token_f1-1", "", (message,), Sampling(0.0, 1.0, 64, 0), "", 0)
    ((_, declined),) = TokenF1Judge().ask([asked])
    assert isinstance(declined, Failure)
    assert declined.reason == "needs_model"
    made, judgments = held(card, question, duel({"q1": "one", "q2": "two"}, {}), Canned("needs_model"))
    rejects = lost(judgments)
    accounts = keep_books("tuned", judgments, rejects, len(made.planned))
    assert accounts.lost["rejected"] == {"needs_model": 2}
    check_losses(accounts, 0.0, rejects)


@pytest.mark.parametrize(
    ("rubrics", "message"),
    [
        ({"llm_eval": Rubric(orders=["arm_first"])}, "llm_eval: its card scores each answer by itself: give `language` "),
        ({"match": Rubric(language="ko")}, "match: its card compares two answers: give `orders`"),
    ],
)  # fmt: skip
def test_a_parameter_of_the_other_kind_is_named(rubrics: dict[str, Rubric], message: str) -> None:
    with pytest.raises(ParamsError, match=message):
        read_specs(CARD_FILES, rubrics)


@pytest.mark.parametrize("entry", [{}, {"orders": ["arm_first"], "language": "en"}, {"language": "fr"}])
def test_a_rubric_has_orders_or_a_language(entry: dict[str, Any]) -> None:
    with pytest.raises(ParamsError, match=r"rubrics\.x"):
        parse(FILE, "rubrics.x", Rubric, entry)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"headline": "charm"}, "headline charm is no criterion"),
        ({"context": ["input"]}, "context lacks answer"),
        ({"published": {"source": "s", "judge": "j", "questions": "q", "rows": {"m": {"interest": 2.0}}, "notes": []}},
         r"published\.rows\.m has \['interest'\]"),
    ],
)  # fmt: skip
def test_a_card_that_contradicts_itself_is_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ParamsError, match=message):
        parse(FILE, "llm_eval", SingleSpec, read_yaml(FILE) | change)
