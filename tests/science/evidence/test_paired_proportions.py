"""The power of the test against counting every outcome."""

from itertools import product
from math import comb, sqrt

import pytest
from scipy import stats

from domaintune.science.evidence.significance import smallest_difference


@pytest.mark.parametrize(
    ("n", "discordant", "power", "alpha"), [(12, 0.6, 0.2, 0.05), (9, 0.9, 0.3, 0.1), (40, 0.5, 0.8, 0.05)]
)
def test_the_smallest_difference_has_the_wanted_power_by_counting_every_outcome(n, discordant, power, alpha):
    difference = smallest_difference(n, discordant, alpha, power)
    wins, losses = (discordant + difference) / 2, (discordant - difference) / 2
    counted = 0.0
    for b, c in product(range(n + 1), repeat=2):
        if b + c <= n and b + c and stats.binomtest(b, b + c).pvalue <= alpha:
            ways = comb(n, b) * comb(n - b, c)
            counted += ways * wins**b * losses**c * (1 - discordant) ** (n - b - c)
    assert counted == pytest.approx(power, abs=1e-9)


def test_the_smallest_difference_nears_the_usual_formula():
    n, discordant = 5000, 0.3
    found = smallest_difference(n, discordant, 0.05, 0.8)
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
