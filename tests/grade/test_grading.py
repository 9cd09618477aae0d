"""A judge's agreement with itself, held against values worked out by hand."""

import pytest

from domaintune.core.scoring.calibration import self_agreement
from domaintune.grade.grading import Repeat
from domaintune.grade.stage import in_order


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
