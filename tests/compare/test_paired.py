"""What an arm gained: the declared family is corrected as one, the rest is exploratory; by category, seen less unseen, turn."""

import judges
import pytest
from judges import read
from records import blank
from scipy import stats

from domaintune.compare.paired import gains_of, grouped
from domaintune.compare.scores import Pair
from domaintune.core.records.question import Question

NOISE = [1, -1, 0, 1, -1, 0, 1, -1, 0, 0]
STEADY = [1, 1, 1, 1, 1, 0, 0, 0, 0, 0]  # t(9) = 3, p = 0.015
GAINS = {"novel": [2, 3, 2, 1, 3, 2], "poem": [0, 1, -1, 0, 1, 0], "mail": [1, 1, 0, 1]}
SEEN = frozenset({"novel", "blog"})
FIRST, SECOND = [1, 2, 0, 1, 2], [-1, 0, 1, 0, -2]
"""What the arm gained on the first and the second turn of five conversations."""


def rows_of(*arms):
    """Return judgments of arms that are steadily more accurate than the baseline and no better in all else."""
    others = {name: lambda i, at=at: 5 + NOISE[(i + at) % 10] for at, name in enumerate(judges.FOUR[1:])}
    return [judges.four(i, "base", 5) for i in range(10)] + [
        judges.four(i, arm, 5, accuracy=5 + STEADY[i], **{name: value(i) for name, value in others.items()})
        for arm in arms
        for i in range(10)
    ]


def found_by(make, arms=("tuned",), primary=None):
    compare = make.compare | {"primary": primary}
    out, printed = make.ran(rows_of(*arms), arms=arms, rubrics=judges.BY_CATEGORY, compare=compare)
    against = read(out)["single"]["by_category"]
    return {arm: one["paired"] for arm, one in against["against_baseline"].items()}, printed


def test_the_word_significant_comes_from_the_p_corrected_over_all_criteria(make):
    paired, printed = found_by(make)
    accuracy = paired["tuned"]["accuracy"]
    assert accuracy["statistics"]["t_test"]["p_two_tail"] == pytest.approx(0.01496, abs=1e-5)
    assert accuracy["tests"] == 5  # four criteria and their mean
    assert accuracy["p_holm"] == pytest.approx(5 * 0.01496, abs=1e-4)
    assert "The difference is not significant at the 5 % level" in accuracy["in_words"]
    assert "p = 0.015; p = 0.075 after Holm's correction for 5 tests" in accuracy["in_words"]
    row = next(line for line in printed.splitlines() if line.startswith("Accuracy ") and "+0.50 [" in line)
    assert row.split()[5:7] == ["0.015", "0.075"]


def test_arms_and_rubrics_are_one_family(make):
    judged = [row for i in range(10) for row in make.both_orders(i, "one", 2, 3 + i % 2)]
    rubrics = judges.BY_CATEGORY | {"match": {"orders": list(make.orders)}}
    out, _ = make.ran([*rows_of("one", "two"), *judged], arms=("one", "two"), rubrics=rubrics)
    statistics = read(out)
    single = statistics["single"]["by_category"]["against_baseline"]
    pairwise = statistics["arms"]["one"]["rubrics"]["match"]["paired"]["matching"]
    assert pairwise["tests"] == single["two"]["paired"]["accuracy"]["tests"] == 11
    assert single["two"]["paired"]["accuracy"]["p_holm"] == pytest.approx(10 * 0.01496, abs=1e-3)


def test_every_criterion_but_the_primary_one_is_exploratory(make):
    paired, printed = found_by(make, ("one", "two"), ["by_category.accuracy"])
    for arm in ("one", "two"):
        accuracy = paired[arm]["accuracy"]
        assert (accuracy["tests"], accuracy["exploratory"]) == (2, False)
        assert accuracy["p_holm"] == pytest.approx(2 * 0.01496, abs=1e-4)
        assert "is significant at the 5 % level" in accuracy["in_words"]
        for name in (*judges.FOUR[1:], "mean"):
            assert (paired[arm][name]["p_holm"], paired[arm][name]["exploratory"]) == (None, True)
            assert "significant" not in paired[arm][name]["in_words"]
            assert "so it is exploratory" in paired[arm][name]["in_words"]
    assert any("exploratory" in line and line.startswith("Helpfulness ") for line in printed.splitlines())


def test_a_primary_difference_between_seen_and_unseen_is_corrected_with_the_others(make):
    primary = ["by_category.accuracy", "by_category.accuracy.seen_minus_unseen"]
    topics = {i: "novel" if i < 5 else "poem" for i in range(10)}
    compare = make.compare | {"primary": primary}
    rows = [judges.four(i, "base", 5) for i in range(10)]
    rows += [judges.four(i, "tuned", 5, accuracy=(7 if i < 5 else 5) + i % 2) for i in range(10)]
    asked = {"rubrics": judges.BY_CATEGORY, "categories": topics, "mixtures": {"tuned": ["novel"]}}
    out, printed = make.ran(rows, compare=compare, **asked)
    paired = read(out)["single"]["by_category"]["against_baseline"]["tuned"]["paired"]
    apart = paired["accuracy"]["categories"]["seen_minus_unseen"]
    assert paired["accuracy"]["tests"] == 2
    assert apart["mean"] == pytest.approx(1.8)
    assert "is +1.80 (95 % interval" in apart["in_words"]
    assert "it is significant at the 5 % level (p" in apart["in_words"]
    assert "after Holm's correction for 2 tests" in apart["in_words"]
    assert "in_words" not in paired["mean"]["categories"]["seen_minus_unseen"]
    assert any("+1.80 [" in line for line in printed.splitlines() if line.startswith("seen − unseen"))


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


def test_a_category_has_its_paired_difference_and_seen_less_unseen_one_of_differences_where_both_are_known():
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
