"""Golden values of the interval, and the power of the test against counting every outcome."""

from itertools import product
from math import comb, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from domaintune.science.evidence.paired_proportions import (
    mcnemar_power,
    paired_difference,
    smallest_difference,
)


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ((36, 12, 2, 0), (0.2000, 0.0569, 0.3404)),  # Newcombe 1998, method 10
        ((14, 5, 0, 22), (0.122, 0.011, 0.226)),  # Altman et al. 2000, Statistics with confidence, p. 52
        (
            (1, 1, 7, 12),
            (-0.286, -0.507, -0.026),
        ),  # Fagerland et al. 2014, Statistics in Medicine 33, 2850-2875
    ],
)
def test_the_interval_is_that_of_the_literature(table, expected):
    digits = 4 if expected[1] == 0.0569 else 3
    assert tuple(round(value, digits) for value in paired_difference(*table, 0.05)) == expected


@given(st.tuples(*[st.integers(0, 60)] * 4).filter(any))
def test_the_interval_holds_the_difference_and_turns_round_with_the_models(table):
    both, only_a, only_b, neither = table
    found = paired_difference(*table, 0.05)
    assert -1 <= found.ci_low <= found.difference <= found.ci_high <= 1
    turned = paired_difference(both, only_b, only_a, neither, 0.05)
    assert turned.ci_low == pytest.approx(-found.ci_high)
    assert turned.difference == pytest.approx(-found.difference)


def test_models_that_differ_on_no_question_still_have_an_interval():
    found = paired_difference(10, 0, 0, 10, 0.05)
    assert found.difference == 0
    assert found.ci_low < 0 < found.ci_high


def test_no_questions_are_an_error():
    with pytest.raises(ValueError, match="at least one"):
        paired_difference(0, 0, 0, 0, 0.05)


@pytest.mark.parametrize(
    ("n", "discordant", "difference", "alpha"), [(12, 0.6, 0.4, 0.05), (9, 0.9, 0.3, 0.1)]
)
def test_power_is_that_of_counting_every_outcome(n, discordant, difference, alpha):
    wins, losses = (discordant + difference) / 2, (discordant - difference) / 2
    expected = 0.0
    for b, c in product(range(n + 1), repeat=2):
        if b + c <= n and b + c and stats.binomtest(b, b + c).pvalue <= alpha:
            ways = comb(n, b) * comb(n - b, c)
            expected += ways * wins**b * losses**c * (1 - discordant) ** (n - b - c)
    assert mcnemar_power(n, discordant, difference, alpha) == pytest.approx(expected, abs=1e-10)


def test_the_smallest_difference_has_the_wanted_power_and_nears_the_usual_formula():
    n, discordant = 5000, 0.3
    found = smallest_difference(n, discordant, 0.05, 0.8)
    assert mcnemar_power(n, discordant, found, 0.05) == pytest.approx(0.8, abs=1e-6)
    # Connor 1987, Biometrics 43, 207-211: (z_a √ψ + z_b √(ψ − δ²))² / δ² questions
    z_a, z_b = stats.norm.isf(0.025), stats.norm.isf(0.2)
    needed = (z_a * sqrt(discordant) + z_b * sqrt(discordant - found**2)) ** 2 / found**2
    assert needed == pytest.approx(n, rel=0.06)


def test_a_stricter_level_and_fewer_questions_show_only_larger_differences():
    assert smallest_difference(300, 0.4, 0.01, 0.8) > smallest_difference(300, 0.4, 0.05, 0.8)
    assert smallest_difference(100, 0.4, 0.05, 0.8) > smallest_difference(300, 0.4, 0.05, 0.8)


@pytest.mark.parametrize(("n", "discordant"), [(300, 0.0), (20, 0.1), (5, 1.0)])
def test_too_few_questions_that_tell_the_models_apart_can_show_nothing(n, discordant):
    # five questions, all won by one model: p = 2 / 2⁵ = 0.0625
    assert smallest_difference(n, discordant, 0.05, 0.8) is None
