"""A judge's scores of single texts: spellings of a number are read, one out of its range is never moved into it."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scored_prose import FOUR, FOUR_SPEC, ladder

from domaintune.core.scoring.asking import read_scores
from domaintune.core.teacher.repair import Read, Unreadable


def reply(**changes: Any) -> str:
    return json.dumps({"reason": "So.", **dict.fromkeys(FOUR, 7)} | changes)


@pytest.mark.parametrize("given", [3, 3.0, "3", "3/10", " 3 "])
def test_spellings_of_three_are_three(given: Any) -> None:
    found = ladder(FOUR_SPEC, reply(accuracy=given, mood="sure"))
    assert isinstance(found, Read)
    scores = read_scores(FOUR_SPEC, found.value)
    assert scores == ({**dict.fromkeys(FOUR, 7), "accuracy": 3}, "So.")
    assert type(scores.values["accuracy"]) is int


@pytest.mark.parametrize("given", [0, 11, -1, 2.5, "11/10", "three", None, True, [2], 10**30, "3/5"])
def test_a_score_out_of_its_range_is_unparsed_with_the_detail_and_never_moved(given: Any) -> None:
    found = ladder(FOUR_SPEC, reply(accuracy=given))
    assert isinstance(found, Unreadable)
    assert "accuracy" in found.problem


@given(st.dictionaries(st.sampled_from([*FOUR, "reason", "x"]), st.integers(-2, 12) | st.text() | st.none()))
def test_any_object_is_read_within_its_ranges_or_named_as_a_problem(value: dict[str, Any]) -> None:
    match ladder(FOUR_SPEC, json.dumps(value)):
        case Read(found):
            for name, score in read_scores(FOUR_SPEC, found).values.items():
                assert 1 <= score <= 10
                assert str(score) in str(value[name])
        case Unreadable(problem):
            assert problem
