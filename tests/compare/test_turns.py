"""Questions of several turns: a table by turn, and tests over conversations; without them, nothing new."""

from statistics import fmean

import pytest
from judges import read
from scipy import stats

FIRST, SECOND = [1, 2, 0, 1, 2], [-1, 0, 1, 0, -2]
"""What the arm gained on the first and the second turn of five conversations."""
TALKS = {
    "clusters": {i: f"talk{i // 2}" for i in range(10)},
    "follows": {i: f"q{i - 1:02}" for i in range(1, 10, 2)},
}
GAINED = [gain for both in zip(FIRST, SECOND, strict=True) for gain in both]


def verdicts(make):
    return [row for i, gain in enumerate(GAINED) for row in make.both_orders(i, "tuned", 3, 3 + gain)]


def test_each_turn_has_its_mean_difference_and_the_whole_is_tested_over_conversations(make):
    out, printed = make.ran(verdicts(make), **TALKS)
    one = read(out)["arms"]["tuned"]["rubrics"]["match"]["paired"]["matching"]
    turns = one["turns"]["categories"]
    assert list(turns) == ["turn 1", "turn 2"]
    for name, gained in (("turn 1", FIRST), ("turn 2", SECOND)):
        expected = stats.ttest_1samp(gained, 0)
        interval = expected.confidence_interval(0.95)
        assert (turns[name]["n"], turns[name]["clusters"]) == (5, 5)
        assert turns[name]["mean"] == pytest.approx(fmean(gained))
        assert (turns[name]["ci_low"], turns[name]["ci_high"]) == pytest.approx((interval.low, interval.high))
        assert turns[name]["p"] == pytest.approx(expected.pvalue)
    assert one["turns"]["tests"] == 2
    assert (one["turns"]["seen"], one["turns"]["unseen"]) == (None, None)
    together = one["statistics"]
    assert (together["base"]["n"], together["clusters"]) == (10, 5)
    means = [(a + b) / 2 for a, b in zip(FIRST, SECOND, strict=True)]
    assert together["t_test"]["p_two_tail"] == pytest.approx(stats.ttest_1samp(means, 0).pvalue)
    assert "10 questions in 5 clusters" in one["in_words"]
    assert "+1.20 [+0.16, +2.24]" in printed[printed.index("turn 1") :].splitlines()[0]
