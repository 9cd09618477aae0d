"""A judge's reply: variants are understood, nothing is invented."""

import json
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domaintune.core.records.judgment import CONTRADICTION
from domaintune.core.scoring.rubric import PairSpec
from domaintune.core.teacher.repair import Read, Unreadable, read_answer
from domaintune.judge.verdicts import VerdictError, problem, read, tidy

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


def match(**changes: Any) -> dict[str, Any]:
    return {"reason": "A names the part.", "score_a": 4, "score_b": 2, "closer": "A"} | changes


def similarity(card: PairSpec, **changes: Any) -> dict[str, Any]:
    return {
        item.name: {"note": "alike", "similarity": 3, "more_specific": "B"} | changes
        for item in card.criteria
    }


def test_a_plain_verdict_is_read(cards: dict[str, PairSpec]) -> None:
    verdict = read(cards["match"], match())
    assert [tuple(score) for score in verdict.scores] == [("matching", "A", 4.0), ("matching", "B", 2.0)]
    assert (verdict.closer, verdict.reason) == ("A", "A names the part.")


def test_fields_are_read_by_name_when_the_judge_swaps_them(cards: dict[str, PairSpec]) -> None:
    swapped = dict(reversed(list(match().items())))
    assert next(iter(swapped)) == "closer"
    assert read(cards["match"], swapped) == read(cards["match"], match())


@pytest.mark.parametrize(
    "spelling",
    ["A", "a", "Model A", "Answer A", "answer_a", "**A**", '"A"', "The answer A.", "(A)", "답변 A", "모델 A"],
)
def test_spellings_of_a_are_a(cards: dict[str, PairSpec], spelling: str) -> None:
    assert read(cards["match"], match(closer=spelling)).closer == "A"


@pytest.mark.parametrize("spelling", ["Nothing", "nothing.", "Neither", "NONE", "Tie", "없음"])
def test_spellings_of_neither_are_neither(cards: dict[str, PairSpec], spelling: str) -> None:
    assert read(cards["match"], match(closer=spelling)).closer == ""


@pytest.mark.parametrize(
    "given", ["Foundation", "C", "AB", "A and B", "", "A is bad, B is better", None, 1, ["A"]]
)
def test_another_choice_is_refused_not_guessed(cards: dict[str, PairSpec], given: Any) -> None:
    assert "closer: expected A, B or Nothing" in str(problem(cards["match"], match(closer=given)))


@pytest.mark.parametrize("given", [4, 4.0, "4", " 4 ", "4/5", "4.0", "4 / 5"])
def test_spellings_of_four_are_four(cards: dict[str, PairSpec], given: Any) -> None:
    assert read(cards["match"], match(score_a=given)).scores[0].value == 4.0


@pytest.mark.parametrize(
    "given",
    [0, 6, -1, 4.5, "4.5", "four", "4/10", "3-4", "", None, True, [4], {"score": 4}, "４", "1e0", 10**30],
)
def test_a_score_that_is_off_the_scale_or_no_number_is_refused(
    cards: dict[str, PairSpec], given: Any
) -> None:
    assert str(problem(cards["match"], match(score_a=given))).startswith("score_a: expected")


@pytest.mark.parametrize("key", ["reason", "score_a", "score_b", "closer"])
def test_a_missing_field_is_named_and_never_filled_in(cards: dict[str, PairSpec], key: str) -> None:
    value = match()
    del value[key]
    assert problem(cards["match"], value) == f"{key} missing"


def test_a_korean_reason_is_kept_as_it_is(cards: dict[str, PairSpec]) -> None:
    reason = "답변 A는 기준 답변의 핵심 내용(영하 40도)을 포함한다."
    assert read(cards["match"], match(reason=reason)).reason == reason


def test_similarity_is_read_for_each_of_the_six_categories(cards: dict[str, PairSpec]) -> None:
    card = cards["similarity"]
    verdict = read(card, similarity(card))
    assert [item.name for item in card.criteria] == [
        "objectives", "importance", "information", "direction", "impact", "missions"
    ]  # fmt: skip
    assert len(verdict.scores) == 18
    assert [tuple(score) for score in verdict.scores[:3]] == [
        ("similarity/objectives", "", 3.0),
        ("specific/objectives", "A", 0.0),
        ("specific/objectives", "B", 1.0),
    ]
    assert verdict.closer is None
    assert set(verdict.notes) == {item.name for item in card.criteria}


def test_neither_is_more_specific_gives_no_arm_the_point(cards: dict[str, PairSpec]) -> None:
    verdict = read(cards["similarity"], similarity(cards["similarity"], more_specific="equal"))
    assert {score.value for score in verdict.scores if score.name.startswith("specific/")} == {0.0}


def test_a_missing_category_loses_the_verdict(cards: dict[str, PairSpec]) -> None:
    value = similarity(cards["similarity"])
    del value["missions"]
    assert problem(cards["similarity"], value) == "missions: missing"


@given(JSON)
def test_any_json_is_read_or_named_as_a_problem(cards: dict[str, PairSpec], value: Any) -> None:
    for card in cards.values():
        found = problem(card, value)
        if found is None:
            assert all(0 <= score.value <= 5 for score in read(card, value).scores)
        else:
            with pytest.raises(VerdictError):
                read(card, value)


@given(JSON, JSON, JSON)
def test_a_score_comes_out_only_if_it_went_in(
    cards: dict[str, PairSpec], a: Any, b: Any, closer: Any
) -> None:
    try:
        verdict = read(cards["match"], match(score_a=a, score_b=b, closer=closer))
    except VerdictError:
        return
    for side, given_score in (("A", a), ("B", b)):
        (value,) = [score.value for score in verdict.scores if score.side == side]
        assert str(int(value)) in str(given_score)


@given(st.integers(1, 5), st.integers(1, 5), st.sampled_from(["A", "B", "Nothing"]), st.text())
def test_what_the_schema_allows_is_read_unchanged(
    cards: dict[str, PairSpec], a: int, b: int, closer: str, reason: str
) -> None:
    value = match(score_a=a, score_b=b, closer=closer, reason=reason)
    jsonschema.validate(value, cards["match"].reply_schema)
    if (closer == "A" and a < b) or (closer == "B" and b < a):
        assert "the choice contradicts the scores" in str(problem(cards["match"], value))
        return
    assert tidy(cards["match"], value) == value
    verdict = read(cards["match"], value)
    assert [score.value for score in verdict.scores] == [a, b]


def ladder(card: PairSpec, text: str) -> Read | Unreadable:
    return read_answer(
        text, card.reply_schema, lambda value: problem(card, value), tidy=lambda value: tidy(card, value)
    )


def test_variants_climb_the_repair_ladder_as_repaired(cards: dict[str, PairSpec]) -> None:
    card = cards["match"]
    assert ladder(card, json.dumps(match())) == Read(match(), repaired=False)
    variant = match(closer="Answer A", score_a="4/5", confidence="high")
    assert ladder(card, json.dumps(variant)) == Read(match(), repaired=True)
    fenced = f"Here you are:\n```json\n{json.dumps(variant)}\n```"
    assert ladder(card, fenced) == Read(match(), repaired=True)


@pytest.mark.parametrize("wrapped", ["{}", "My verdict:\n```json\n{}\n```"])
@pytest.mark.parametrize("change", [{"closer": "B"}, {"score_a": "1/5", "mood": "sure"}])
def test_five_to_one_with_the_loser_as_closer_is_asked_again_and_never_read(
    cards: dict[str, PairSpec], change: dict[str, Any], wrapped: str
) -> None:
    found = ladder(cards["match"], wrapped.replace("{}", json.dumps(match(**change))))
    assert isinstance(found, Unreadable)
    assert CONTRADICTION in found.problem
    assert isinstance(ladder(cards["match"], json.dumps(match(score_b=4, closer="B"))), Read)


@pytest.mark.parametrize(
    "text", ["", "A is closer.", "[]", "{}", '{"score_a": 4', "I would say 4 and 2, so A."]
)
def test_prose_and_torn_json_give_no_score(cards: dict[str, PairSpec], text: str) -> None:
    for card in cards.values():
        assert isinstance(ladder(card, text), Unreadable)
