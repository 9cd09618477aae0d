"""What is called significant: the declared family is corrected as one, and the rest is exploratory."""

import judges
import pytest
from judges import read

NOISE = [1, -1, 0, 1, -1, 0, 1, -1, 0, 0]
STEADY = [1, 1, 1, 1, 1, 0, 0, 0, 0, 0]  # t(9) = 3, p = 0.015


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
