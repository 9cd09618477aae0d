"""A judge's agreement with itself, held against values worked out by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domaintune.grade.grading import Repeat
from domaintune.grade.stage import in_order
from domaintune.science.evidence.repetitions import self_agreement


def agreement(values: dict[str, list[float]]) -> dict[str, dict[str, float]]:
    rows = [
        Repeat(instruction_id=row, repeat=at, name="accuracy", value=value, request_id="")
        for row, own in values.items()
        for at, value in enumerate(own)
    ]
    return self_agreement(in_order(reversed(rows)))


def test_two_gradings_of_three_rows_are_compared_in_their_order() -> None:
    assert agreement({"a": [8, 8], "b": [6, 5], "c": [9, 7]})["accuracy"] == {
        "pairs": 3,
        "mean_absolute_difference": 1.0,
        "exact": pytest.approx(1 / 3),
        "correlation": pytest.approx(11 / 14),  # 33/9 over the root of 42/9 * 42/9
    }


def test_a_judge_that_always_says_the_same_has_no_correlation_and_a_row_read_once_no_pair() -> None:
    assert "correlation" not in agreement({"a": [8, 8], "b": [8, 8]})["accuracy"]
    assert agreement({"a": [8], "b": [7]}) == agreement({}) == {}


@given(st.dictionaries(st.text(min_size=1), st.lists(st.integers(1, 10), min_size=2, max_size=4), min_size=1))
def test_differences_and_shares_stay_in_their_ranges(values: dict[str, list[int]]) -> None:
    found = agreement({row: [float(v) for v in own] for row, own in values.items()})["accuracy"]
    assert found["pairs"] == sum(len(own) * (len(own) - 1) // 2 for own in values.values())
    assert 0 <= found["exact"] <= 1
    assert 0 <= found["mean_absolute_difference"] <= 9
    assert (found["exact"] == 1) == (found["mean_absolute_difference"] == 0)
    assert -1.000001 <= found.get("correlation", 0) <= 1.000001
