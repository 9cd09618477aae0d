"""Questions in clusters: the mean's error and degrees of freedom, and the exact test that flips clusters' signs."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import linalg, stats

from domaintune.core.stage.errors import InputError
from domaintune.science.evidence.clusters import cluster_difference, cluster_mean, sign_flip

VALUES = [0.3, -1.2, 2.0, 0.4, 1.1, -0.7, 0.9, 3.1, -0.2, 0.6]
UNEQUAL = ["a", "a", "a", "a", "b", "b", "c", "d", "d", ""]


def by_definition(values, clusters):
    """CR2 of a mean, and its degrees of freedom, through the matrices of Pustejovsky & Tipton 2018, section 2."""
    names = np.array([name or f"own {i}" for i, name in enumerate(clusters)])
    n = len(values)
    ones = np.ones((n, 1))
    residual_maker = np.eye(n) - ones @ ones.T / n
    scores = []
    for name in dict.fromkeys(names):
        block = np.flatnonzero(names == name)
        adjust = linalg.fractional_matrix_power(residual_maker[np.ix_(block, block)], -0.5)
        scores.append(residual_maker[:, block] @ adjust @ ones[block] / n)
    p = np.hstack(scores)
    g = p.T @ p
    return np.sum((p.T @ values) ** 2) ** 0.5, np.trace(g) ** 2 / np.sum(g**2)


def test_error_and_degrees_of_freedom_are_those_of_the_matrix_definition():
    found = cluster_mean(VALUES, UNEQUAL, 0.05)
    error, df = by_definition(VALUES, UNEQUAL)
    assert (found.standard_error, found.df) == pytest.approx((error, df))
    assert (found.n, found.clusters) == (10, 5)
    assert found.p == pytest.approx(2 * stats.t.sf(found.mean / error, df))
    assert found.design_effect == pytest.approx(error**2 / (np.var(VALUES, ddof=1) / 10))
    assert found.ci_high - found.mean == pytest.approx(stats.t.isf(0.025, df) * error)


def test_single_questions_are_the_ordinary_t_and_equal_clusters_the_t_over_their_means():
    alone = cluster_mean(VALUES, [""] * 10, 0.05)
    assert (alone.df, alone.clusters, alone.design_effect) == (9, 10, 1)
    twos = cluster_mean(VALUES, [str(i // 2) for i in range(10)], 0.05)
    assert twos.df == 4
    for found, means in ((alone, VALUES), (twos, np.array(VALUES).reshape(5, 2).mean(axis=1))):
        expected = stats.ttest_1samp(means, 0).confidence_interval(0.95)
        assert (found.ci_low, found.ci_high) == pytest.approx(tuple(expected))


@pytest.mark.parametrize(
    ("values", "clusters", "reason"),
    [
        ([1.0], ["a"], "at least 2 pairs"),
        ([1.0, 2.0, 4.0], ["a"] * 3, "one cluster"),
        ([2.0, 2.0], ["a", "b"], "every difference is the same"),
        ([1.0, 3.0, 3.0, 1.0], ["a", "a", "b", "b"], "every cluster has the same mean"),
    ],
)
def test_what_gives_no_error_says_why(values, clusters, reason):
    found = cluster_mean(values, clusters, 0.05)
    assert reason in found.missing
    assert found.standard_error is found.df is found.ci_low is found.design_effect is None


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(-2, 2), st.sampled_from("abcde")), min_size=1, max_size=10))
def test_flipping_signs_counts_every_way_to_flip_them(rows):
    values, names = zip(*rows, strict=True)
    sums = [sum(value for value, name in rows if name == one) for one in set(names)]
    found = sign_flip(values, names)
    ways = np.array(list(itertools.product((-1, 1), repeat=len(sums)))) @ sums
    expected = np.mean(np.abs(ways) >= abs(sum(sums))) if any(sums) else None
    assert found == (expected and pytest.approx(expected))


@pytest.mark.parametrize(("wins", "losses"), [(9, 1), (3, 3), (0, 7), (120, 80), (1, 0)])
def test_flipping_the_signs_of_single_questions_is_the_sign_test(wins, losses):
    differences = [1] * wins + [-1] * losses + [0] * 5
    expected = stats.binomtest(wins, wins + losses).pvalue
    assert sign_flip(differences, [""] * len(differences)) == pytest.approx(expected)


def test_a_mean_needs_values_and_each_value_a_cluster():
    with pytest.raises(InputError, match="no scores"):
        cluster_mean([], [], 0.05)
    with pytest.raises(ValueError, match="same length"):
        cluster_mean([1.0, 2.0], ["a", "b", "c"], 0.05)
    with pytest.raises(ValueError, match="same length"):
        sign_flip([1, 2], ["a"])


def test_the_difference_of_two_groups_is_welchs_where_every_question_stands_alone():
    one, other = VALUES[:6], VALUES[6:]
    found = cluster_difference(one, [""] * 6, other, [""] * 4, 0.05)
    expected = stats.ttest_ind(one, other, equal_var=False)
    assert (found.mean / found.standard_error, found.df, found.p) == pytest.approx(
        (expected.statistic, expected.df, expected.pvalue)
    )
    assert (found.ci_low, found.ci_high) == pytest.approx(tuple(expected.confidence_interval(0.95)))


def test_a_cluster_in_both_groups_takes_its_own_level_out_of_their_difference():
    """Documents with a level of their own, half of each one's questions on either side: the level cancels out."""
    rng = np.random.default_rng(3)
    names = [str(i // 4) for i in range(80)]
    values = np.repeat(rng.normal(size=20), 4) + 0.1 * rng.normal(size=80)
    sides = values[0::2], names[0::2], values[1::2], names[1::2]
    shared = cluster_difference(*sides, 0.05)
    apart = cluster_difference(*sides[:3], [f"other {name}" for name in sides[3]], 0.05)
    assert (shared.n, shared.clusters, apart.clusters) == (80, 20, 40)
    assert shared.standard_error < 0.2 * apart.standard_error


def test_a_group_without_spread_gives_no_difference_and_says_why():
    found = cluster_difference([1.0, 2.0, 4.0], [""] * 3, [1.0, 1.0], [""] * 2, 0.05)
    assert (found.mean, found.p) == (pytest.approx(4 / 3), None)
    assert "every difference is the same" in found.missing
