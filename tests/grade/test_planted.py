"""Agreement with planted answers and of a judge with itself, held against values worked out by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domaintune.core.scoring.calibration import agreement, falls_short, missed, scored_pair
from domaintune.grade.grading import Repeat, repeated_values
from domaintune.science.evidence.self_agreement import self_agreement


def test_a_tie_and_an_unread_reply_tell_nothing_apart() -> None:
    found = [
        scored_pair("a", "en", "empty", 8.0, 1.0),
        scored_pair("a", "en", "swapped", 8.0, 8.0),
        scored_pair("b", "en", "empty", None, 1.0),
        scored_pair("b", "en", "swapped", 8.0, None),
        scored_pair("c", "ko", "empty", 7.0, 9.0),
    ]
    assert agreement(found) == 0.2
    assert missed(found).splitlines() == [
        "  empty: 1 of 3 told apart; e.g. b (en): good unread, empty 1.00",
        "  swapped: 0 of 2 told apart; e.g. a (en): good 8.00, swapped 8.00",
    ]


def test_a_judge_that_knows_one_language_or_is_blind_for_a_fault_falls_short_whatever_its_share() -> None:
    def judged(blind: tuple[str, str]) -> bool:
        found = [
            scored_pair(
                f"{n}", language, version, 8.0, 9.0 if blind in ((language, "all"), ("all", version)) else 1.0
            )
            for n in range(2)
            for language in ("en", "en", "en", "en", "ko")
            for version in ("empty", "swapped", "truncated", "contradicted", "negated", "paraphrased")
        ]
        assert agreement(found) >= 0.8
        return falls_short(found, 0.8)

    assert judged(("ko", "all"))
    assert judged(("all", "contradicted"))
    assert not judged(("all", "paraphrased"))
    assert not judged(("", ""))


def repeats(values: dict[str, list[float]], name: str = "accuracy") -> list[Repeat]:
    return [
        Repeat(instruction_id=row, repeat=at, name=name, value=value, request_id="")
        for row, own in values.items()
        for at, value in enumerate(own)
    ]


def test_two_gradings_of_three_rows() -> None:
    found = self_agreement(repeated_values(repeats({"a": [8, 8], "b": [6, 5], "c": [9, 7]})))
    assert found == {
        "accuracy": {
            "pairs": 3,
            "mean_absolute_difference": 1.0,
            "exact": pytest.approx(1 / 3),
            "correlation": pytest.approx(11 / 14),  # 33/9 over the root of 42/9 * 42/9
        }
    }


def test_a_judge_that_always_says_the_same_has_no_correlation_and_a_row_read_once_no_pair() -> None:
    assert (
        "correlation" not in self_agreement(repeated_values(repeats({"a": [8, 8], "b": [8, 8]})))["accuracy"]
    )
    assert self_agreement(repeated_values(repeats({"a": [8], "b": [7]}))) == {}
    assert self_agreement([]) == {}


@given(st.dictionaries(st.text(min_size=1), st.lists(st.integers(1, 10), min_size=2, max_size=4), min_size=1))
def test_differences_and_shares_stay_in_their_ranges(values: dict[str, list[int]]) -> None:
    found = self_agreement(
        repeated_values(repeats({row: [float(v) for v in own] for row, own in values.items()}))
    )["accuracy"]
    assert found["pairs"] == sum(len(own) * (len(own) - 1) // 2 for own in values.values())
    assert 0 <= found["exact"] <= 1
    assert 0 <= found["mean_absolute_difference"] <= 9
    assert (found["exact"] == 1) == (found["mean_absolute_difference"] == 0)
    assert -1.000001 <= found.get("correlation", 0) <= 1.000001
