"""Non-inferiority on paired shares: published intervals, other computations of the same thing, and real error rates."""

from math import comb, inf, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import optimize

from domaintune.science.evidence.non_inferiority import (
    Table,
    average_p,
    margin_tests,
    questions_needed,
    score_interval,
    score_statistic,
)

tables = st.tuples(st.integers(0, 40), st.integers(0, 40), st.integers(0, 200)).filter(any)
margins = st.floats(0.005, 0.3)


def table(only_a, only_b, rest):
    return Table(only_a + only_b + rest, only_a, only_b)


def p_kept(n, only_a, only_b, margin):
    return margin_tests(Table(n, only_a, only_b), margin)[0]


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ((21, 1, 7), (-0.517, -0.026)),  # Fagerland et al. 2014, Statistics in Medicine 33, 2850–2875
        ((1600, 150, 86), (0.021, 0.059)),  # Agresti, Min 2005, Statistics in Medicine 24, 729–740
    ],
)
def test_the_interval_is_that_of_the_literature(counts, expected):
    found = score_interval(Table(*counts), 0.05)
    assert (round(found.low, 3), round(found.high, 3)) == expected


@given(tables, margins)
def test_the_variance_under_the_margin_is_that_of_the_most_likely_table(counts, margin):
    """The closed form against maximising the trinomial likelihood numerically."""
    one = table(*counts)
    a, b, same = one.only_a, one.only_b, one.n - one.only_a - one.only_b

    def loss(only_b):
        shares = only_b - margin, only_b, 1 - 2 * only_b + margin
        return -sum(
            n * np.log(max(share, 1e-300)) for n, share in zip((a, b, same), shares, strict=True) if n
        )

    best = optimize.minimize_scalar(loss, bounds=(margin, (1 + margin) / 2), method="bounded",
                                    options={"xatol": 1e-12}).x  # fmt: skip
    variance = 2 * best - margin - margin**2
    expected = ((a - b) / one.n + margin) * sqrt(one.n / variance) if variance > 0 else inf
    assert score_statistic(one, -margin) == pytest.approx(expected, rel=1e-3, abs=1e-3)


@given(tables, margins, st.sampled_from([0.01, 0.05, 0.1]))
def test_the_tests_and_the_interval_say_the_same(counts, margin, alpha):
    one = table(*counts)
    (kept, lost, equivalent), bounds = margin_tests(one, margin), score_interval(one, 2 * alpha)
    assert -1 <= bounds.low <= bounds.difference <= bounds.high <= 1
    if min(abs(bounds.low + margin), abs(bounds.high + margin), abs(bounds.high - margin)) > 1e-6:
        assert (kept < alpha) == (bounds.low > -margin)
        assert (lost < alpha) == (bounds.high < -margin)
        assert (equivalent < alpha) == (bounds.low > -margin and bounds.high < margin)
        assert average_p([one], margin) == (kept, lost)


@given(tables)
def test_at_no_difference_it_is_mcnemar_and_turning_round_turns_the_interval(counts):
    one = table(*counts)
    if one.only_a + one.only_b:
        expected = (one.only_a - one.only_b) / sqrt(one.only_a + one.only_b)
        assert score_statistic(one, 0.0) == pytest.approx(expected)
    found = score_interval(one, 0.1)
    turned = score_interval(Table(one.n, one.only_b, one.only_a), 0.1)
    assert (turned.low, turned.high) == pytest.approx((-found.high, -found.low), abs=1e-9)


@pytest.mark.parametrize(("n", "apart", "margin"), [(60, 0.3, 0.1), (80, 0.15, 0.05)])
def test_a_loss_as_large_as_the_margin_is_called_kept_about_as_often_as_alpha(n, apart, margin):
    """Every outcome of the trinomial at the border of the hypothesis, counted."""
    only_a, only_b = (apart - margin) / 2, (apart + margin) / 2
    wrong = sum(
        comb(n, a) * comb(n - a, b) * only_a**a * only_b**b * (1 - apart) ** (n - a - b)
        for a in range(n + 1)
        for b in range(n - a + 1)
        if p_kept(n, a, b, margin) < 0.05
    )
    assert 0.03 < wrong < 0.065


@pytest.mark.parametrize(("apart", "margin"), [(0.2, 0.05), (0.1, 0.02), (0.4, 0.1)])
def test_the_questions_said_to_be_needed_give_the_power_that_is_asked(apart, margin):
    sample = Table(1000, round(500 * apart), round(500 * apart))
    (n,) = questions_needed([sample], margin, alpha=0.05, power=0.8)
    drawn = np.random.default_rng(5).multinomial(n, [apart / 2, apart / 2, 1 - apart], size=2000)
    kept = np.mean([p_kept(n, int(a), int(b), margin) < 0.05 for a, b, _ in drawn])
    assert kept == pytest.approx(0.8, abs=0.04)


def test_models_that_never_differ_still_need_questions_and_of_three_benchmarks_each_a_third():
    (n,) = questions_needed([Table(50, 0, 0)], 0.02, alpha=0.05, power=0.8)
    assert p_kept(n, 0, 0, 0.02) < 0.05 <= p_kept(n - 1, 0, 0, 0.02)
    alone, three = (questions_needed([Table(500, 40, 40)] * k, 0.02, alpha=0.05, power=0.8) for k in (1, 3))
    assert sum(three) == pytest.approx(*alone, abs=3)
