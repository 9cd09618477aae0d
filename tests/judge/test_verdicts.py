"""A judge's reply: variants are understood, nothing is invented."""

import json
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from judge_run import PAIRWISE

from domaintune.core.records.judgment import CONTRADICTION
from domaintune.core.scoring.rubric import PairSpec
from domaintune.core.teacher.asking import Asked
from domaintune.core.teacher.repair import Read, Unreadable, read_answer
from domaintune.judge.verdicts import Verdict, problem, read, tidy

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
MATCH, SIMILARITY = PAIRWISE["match"], PAIRWISE["similarity"]


def match(**changes: Any) -> dict[str, Any]:
    return {"reason": "A names the part.", "score_a": 4, "score_b": 2, "closer": "A"} | changes


def similarity(**changes: Any) -> dict[str, Any]:
    part = {"note": "alike", "similarity": 3, "more_specific": "B"} | changes
    return {item.name: part for item in SIMILARITY.criteria}


def ladder(spec: PairSpec, text: str) -> Read | Unreadable:
    return read_answer(text, spec.reply_schema, partial(problem, spec), tidy=partial(tidy, spec))


def told(spec: PairSpec, value: Any) -> Verdict | str:
    """Return what a reply says, or why it cannot be read."""
    found = ladder(spec, json.dumps(value))
    if isinstance(found, Unreadable):
        return found.problem
    verdict = read(spec, Asked("", found.value, "parsed", "", ""))
    assert verdict is not None
    return verdict


@pytest.mark.parametrize(
    ("changes", "closer"),
    [
        ({}, "A"),
        *(({"closer": spelt}, "A") for spelt in ("a", "Model A", "Answer A", "answer_a", "**A**", '"A"', "The answer A.")),
        *(({"closer": spelt}, "A") for spelt in ("(A)", "답변 A", "모델 A")),
        *(({"closer": spelt}, "") for spelt in ("Nothing", "nothing.", "Neither", "NONE", "Tie", "없음")),
        *(({"score_a": spelt}, "A") for spelt in (4.0, "4", " 4 ", "4/5", "4.0", "4 / 5")),
        ({"reason": "답변 A는 기준 답변의 핵심 내용(영하 40도)을 포함한다."}, "A"),
    ],
)  # fmt: skip
def test_spellings_of_a_choice_and_a_score_are_read_by_the_names_of_the_fields(
    changes: dict[str, Any], closer: str
) -> None:
    value = match(**changes)
    verdict = told(MATCH, dict(reversed(list(value.items()))))
    assert isinstance(verdict, Verdict)
    assert verdict.scores == [("matching", "A", 4.0), ("matching", "B", 2.0)]
    assert (verdict.closer, verdict.reason) == (closer, value["reason"])


@pytest.mark.parametrize(
    ("key", "given"),
    [
        *(("closer", other) for other in ("Foundation", "C", "AB", "A and B", "", "A is bad, B is better", None, 1, ["A"])),
        *(("score_a", number) for number in (0, 6, -1, 4.5, None, True, [4], {"score": 4}, 10**30)),
        *(("score_a", text) for text in ("4.5", "four", "4/10", "3-4", "", "４", "1e0")),
    ],
)  # fmt: skip
def test_another_choice_or_a_score_off_the_scale_is_refused_not_guessed(key: str, given: Any) -> None:
    assert str(told(MATCH, match(**{key: given}))).startswith(f"does not match the schema at $.{key}")


def test_similarity_is_read_for_each_of_the_six_categories() -> None:
    verdict, names = told(SIMILARITY, similarity()), [item.name for item in SIMILARITY.criteria]
    assert isinstance(verdict, Verdict)
    assert names == ["objectives", "importance", "information", "direction", "impact", "missions"]
    assert len(verdict.scores) == 18
    assert verdict.scores[0] == ("similarity/objectives", "", 3.0)
    assert verdict.scores[1:3] == [("specific/objectives", "A", 0.0), ("specific/objectives", "B", 1.0)]
    assert verdict.closer is None
    assert set(verdict.notes) == set(names)
    neither = told(SIMILARITY, similarity(more_specific="equal"))
    assert isinstance(neither, Verdict)
    assert {score.value for score in neither.scores if score.name.startswith("specific/")} == {0.0}


@given(JSON, JSON, JSON)
def test_a_score_comes_out_only_if_it_went_in(a: Any, b: Any, closer: Any) -> None:
    verdict = told(MATCH, match(score_a=a, score_b=b, closer=closer))
    if isinstance(verdict, str):
        return
    for side, given_score in (("A", a), ("B", b)):
        (value,) = [score.value for score in verdict.scores if score.side == side]
        assert str(int(value)) in str(given_score)


def test_variants_climb_the_repair_ladder_as_repaired() -> None:
    assert ladder(MATCH, json.dumps(match())) == Read(match(), repaired=False)
    variant = json.dumps(match(closer="Answer A", score_a="4/5", confidence="high"))
    for text in (variant, f"Here you are:\n```json\n{variant}\n```"):
        assert ladder(MATCH, text) == Read(match(), repaired=True)


def test_five_to_one_with_the_loser_as_closer_is_asked_again_and_never_read() -> None:
    for change in ({"closer": "B"}, {"score_a": "1/5", "mood": "sure"}):
        value = json.dumps(match(**change))
        for text in (value, f"My verdict:\n```json\n{value}\n```"):
            found = ladder(MATCH, text)
            assert isinstance(found, Unreadable)
            assert CONTRADICTION in found.problem
    assert isinstance(ladder(MATCH, json.dumps(match(score_b=4, closer="B"))), Read)
