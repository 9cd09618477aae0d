"""What an arm gained by category of the question, seen less unseen, and by turn of a conversation: paired, with intervals."""

import pytest
from judges import read
from records import blank
from scipy import stats

from domaintune.compare.paired import gains_of, grouped
from domaintune.compare.scores import Pair
from domaintune.core.records.question import Question

GAINS = {"novel": [2, 3, 2, 1, 3, 2], "poem": [0, 1, -1, 0, 1, 0], "mail": [1, 1, 0, 1]}
SEEN = frozenset({"novel", "blog"})
FIRST, SECOND = [1, 2, 0, 1, 2], [-1, 0, 1, 0, -2]
"""What the arm gained on the first and the second turn of five conversations."""


def gains(seen=SEEN, categories=GAINS):
    pairs, questions = [], {}
    for category, values in categories.items():
        for i, gain in enumerate(values):
            name = f"{category}{i}"
            pairs.append(Pair(name, 5.0, 5.0 + gain))
            questions[name] = blank(Question, id=name, category=category, cluster=name)
    return gains_of(pairs, questions, grouped(questions, questions)[0], seen, 0.05)


def assert_tested(expected, p, ci_low, ci_high, **_):
    interval = expected.confidence_interval(0.95)
    assert (p, ci_low, ci_high) == pytest.approx((expected.pvalue, interval.low, interval.high))


def test_a_category_has_its_paired_difference_and_seen_less_unseen_is_a_difference_of_differences():
    found = gains()
    rest = GAINS["poem"] + GAINS["mail"]
    for row, n, mean, expected in (
        (found.categories["novel"], 6, 13 / 6, stats.ttest_1samp(GAINS["novel"], 0)),
        (found.seen, 6, 13 / 6, stats.ttest_1samp(GAINS["novel"], 0)),
        (found.unseen, 10, 0.4, stats.ttest_1samp(rest, 0)),
        (found.seen_minus_unseen, 16, 13 / 6 - 0.4, stats.ttest_ind(GAINS["novel"], rest, equal_var=False)),
    ):
        assert (row.n, row.mean) == (n, pytest.approx(mean))
        assert_tested(expected, **row._asdict())
    assert found.tests == 6  # corrected together: three categories, seen, unseen, and their difference
    smallest = min((*found.categories.values(), found.seen_minus_unseen), key=lambda row: row.p)
    assert smallest.p_holm == pytest.approx(6 * smallest.p)


def test_without_categories_there_is_no_table_and_without_knowledge_of_what_was_seen_nothing_pooled():
    found = gains(seen=None)
    assert (found.seen, found.unseen, found.seen_minus_unseen) == (None, None, None)
    assert gains(categories={"": GAINS["novel"]}) is None


def test_figures_of_a_gain_that_cannot_be_had_stay_in_the_file_as_null(make):
    rows = [row for i in range(4) for row in make.both_orders(i, "tuned", 3, 4 + i % 2)]
    out, _ = make.ran(rows, categories={0: "novel", 1: "poem", 2: "poem", 3: "poem"})
    gained = read(out)["arms"]["tuned"]["rubrics"]["match"]["paired"]["matching"]["categories"]
    unknown = dict.fromkeys(("standard_error", "df", "p", "ci_low", "ci_high", "design_effect"))
    one = {"n": 1, "clusters": 1, "mean": 1.0, "missing": "needs at least 2 pairs"}
    assert gained["categories"]["novel"] == one | unknown


def test_each_turn_has_its_mean_difference_and_the_whole_is_tested_over_conversations(make):
    gained = [gain for both in zip(FIRST, SECOND, strict=True) for gain in both]
    rows = [row for i, gain in enumerate(gained) for row in make.both_orders(i, "tuned", 3, 3 + gain)]
    out, printed = make.ran(
        rows,
        clusters={i: f"talk{i // 2}" for i in range(10)},
        follows={i: f"q{i - 1:02}" for i in range(1, 10, 2)},
    )
    one = read(out)["arms"]["tuned"]["rubrics"]["match"]["paired"]["matching"]
    turns = one["turns"]["categories"]
    assert list(turns) == ["turn 1", "turn 2"]
    for turn, gained in zip(turns.values(), (FIRST, SECOND), strict=True):
        assert (turn["n"], turn["clusters"], turn["mean"]) == (5, 5, pytest.approx(sum(gained) / 5))
        assert_tested(stats.ttest_1samp(gained, 0), **turn)
    assert [one["turns"][name] for name in ("tests", "seen", "unseen")] == [2, None, None]
    together = one["statistics"]
    assert (together["base"]["n"], together["clusters"]) == (10, 5)
    means = [(a + b) / 2 for a, b in zip(FIRST, SECOND, strict=True)]
    assert together["t_test"]["p_two_tail"] == pytest.approx(stats.ttest_1samp(means, 0).pvalue)
    assert "10 questions in 5 clusters" in one["in_words"]
    assert "+1.20 [+0.16, +2.24]" in printed[printed.index("turn 1") :].splitlines()[0]
