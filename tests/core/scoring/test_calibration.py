"""What a judge made of calibration pairs, who is let through, and a judge's agreement with itself, by hand."""

import pytest

from domaintune.core.records.judgment import CalibrationPair
from domaintune.core.scoring.calibration import (
    agreement,
    falls_short,
    missed,
    prefers_good,
    self_agreement,
)


def pair(row: str, language: str, version: str, good: float | None, bad: float | None) -> CalibrationPair:
    told, said = prefers_good(version, good, bad)
    return CalibrationPair(
        id="", rubric="r", row=row, version=version, language=language, told_apart=told, said=said, request_ids=[]
    )  # fmt: skip


def test_a_tie_and_an_unread_reply_tell_nothing_apart() -> None:
    found = [
        pair("a", "en", "empty", 8.0, 1.0),
        pair("a", "en", "swapped", 8.0, 8.0),
        pair("b", "en", "empty", None, 1.0),
        pair("b", "en", "swapped", 8.0, None),
        pair("c", "ko", "empty", 7.0, 9.0),
    ]
    assert agreement(found) == 0.2
    assert missed(found).splitlines() == [
        "  empty: 1 of 3 told apart; e.g. b (en): good unread, empty 1.00",
        "  swapped: 0 of 2 told apart; e.g. a (en): good 8.00, swapped 8.00",
    ]


@pytest.mark.parametrize(
    ("language", "version", "short"),
    [("ko", "all", True), ("all", "contradicted", True), ("all", "paraphrased", False), ("", "", False)],
)
def test_a_judge_that_knows_one_language_or_is_blind_for_a_fault_falls_short_whatever_its_share(
    language: str, version: str, short: bool
) -> None:
    found = []
    for spoken in ("en", "en", "en", "en", "ko"):
        for fault in ("empty", "swapped", "truncated", "contradicted", "negated", "paraphrased"):
            blind = (language, version) in ((spoken, "all"), ("all", fault))
            found.append(pair("a", spoken, fault, 8.0, 9.0 if blind else 1.0))
    assert agreement(found) >= 0.8
    assert falls_short(found, 0.8) == short


def repeated(values: dict[str, list[float]]) -> dict[str, dict[str, float]]:
    return self_agreement(("accuracy", row, value) for row, own in values.items() for value in own)


def test_two_gradings_of_three_rows_are_compared_in_their_order() -> None:
    assert repeated({"a": [8, 8], "b": [6, 5], "c": [9, 7]})["accuracy"] == {
        "pairs": 3,
        "mean_absolute_difference": 1.0,
        "exact": pytest.approx(1 / 3),
        "correlation": pytest.approx(11 / 14),  # 33/9 over the root of 42/9 * 42/9
    }


def test_a_judge_that_always_says_the_same_has_no_correlation_and_a_row_read_once_no_pair() -> None:
    assert "correlation" not in repeated({"a": [8, 8], "b": [8, 8]})["accuracy"]
    assert repeated({"a": [8], "b": [7]}) == repeated({}) == {}
