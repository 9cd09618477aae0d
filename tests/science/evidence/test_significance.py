"""Exact tests by hand and by counting every outcome, and Holm's correction."""

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from domaintune.science.evidence.significance import (
    against_control,
    detectable_gain,
    holm,
    mcnemar,
    smallest_difference,
    verdict,
)


@pytest.mark.parametrize(
    ("both", "only_a", "only_b", "neither", "p"),
    [
        (5, 1, 9, 3, 22 / 1024),  # by hand: 2 (C(10,0) + C(10,1)) / 2^10
        (100, 16, 6, 50, 2 * 110056 / 4194304),  # by hand: 2 (C(22,0) + … + C(22,6)) / 2^22
        (0, 9, 1, 0, 0.021484375),  # the sign test's textbook value
        (3, 0, 0, 2, 1.0),
        (0, 4, 4, 0, 1.0),
    ],
)
def test_mcnemars_exact_p_is_that_by_hand_and_symmetric(both, only_a, only_b, neither, p) -> None:
    a = [True] * (both + only_a) + [False] * (only_b + neither)
    b = [True] * both + [False] * only_a + [True] * only_b + [False] * neither
    assert mcnemar(a, b) == mcnemar(b, a) == pytest.approx(p)


def test_holm_on_a_worked_example() -> None:
    # 0.005 × 4, 0.01 × 3, 0.03 × 2, and 0.04 × 1 raised to the one before; as R's p.adjust(method = "holm")
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([]) == []


@pytest.mark.parametrize(
    ("n", "discordant", "power", "alpha"), [(12, 0.6, 0.2, 0.05), (9, 0.9, 0.3, 0.1), (40, 0.5, 0.8, 0.05)]
)
def test_the_smallest_difference_has_the_wanted_power_by_counting_every_outcome(n, discordant, power, alpha):
    difference = smallest_difference(n, discordant, alpha, power)
    wins, losses = (discordant + difference) / 2, (discordant - difference) / 2
    counted = 0.0
    for b, c in product(range(n + 1), repeat=2):
        if b + c <= n and b + c and stats.binomtest(b, b + c).pvalue <= alpha:
            ways = math.comb(n, b) * math.comb(n - b, c)
            counted += ways * wins**b * losses**c * (1 - discordant) ** (n - b - c)
    assert counted == pytest.approx(power, abs=1e-9)


def test_too_few_questions_that_tell_the_models_apart_can_show_nothing():
    # five questions, all won by one model: p = 2 / 2⁵ = 0.0625
    for n, discordant in ((300, 0.0), (20, 0.1), (5, 1.0)):
        assert smallest_difference(n, discordant, 0.05, 0.8) is None


VALUES = st.floats(-100, 100).map(lambda value: round(value, 3))


def judged(selected: list[float], control: list[float]) -> str:
    found = against_control(selected, control, 0.05)
    return verdict(found.gain, found.p, 0.05)


def test_the_interval_is_that_of_one_more_draw() -> None:
    found = against_control([5.0, 6.0, 7.0], [4.0, 4.2, 4.4], 0.05)
    error = 0.2 * (4 / 3) ** 0.5
    half = stats.t.isf(0.025, 2) * error
    assert (found.ci_low, found.ci_high) == pytest.approx((1.8 - half, 1.8 + half))
    assert found.p == pytest.approx(2 * stats.t.sf(1.8 / error, 2))


@pytest.mark.parametrize("k", [2, 3, 10])
def test_the_gain_that_could_be_shown_is_found_with_the_wanted_chance(k: int) -> None:
    rng, n = np.random.default_rng(k), 4000
    gain = detectable_gain(1.0, k, 0.05, 0.8)
    assert gain is not None
    rows = rng.normal(gain, 1, n)
    control = rng.normal(0, 1, (n, k))
    t = (rows - control.mean(axis=1)) / (control.std(axis=1, ddof=1) * (1 + 1 / k) ** 0.5)
    assert np.mean(np.abs(t) > stats.t.isf(0.025, k - 1)) == pytest.approx(0.8, abs=0.025)


@given(st.lists(st.tuples(VALUES, VALUES), min_size=2, max_size=6))
def test_a_gain_is_larger_than_the_spread_of_the_draws_and_a_loss_is_its_mirror(pairs: list) -> None:
    selected, control = [list(side) for side in zip(*pairs, strict=True)]
    found = against_control(selected, control, 0.05)
    told, mirrored = judged(selected, control), judged([-v for v in selected], [-v for v in control])
    assert mirrored == {"gain": "loss", "loss": "gain"}.get(told, told)
    if told in ("gain", "loss"):
        assert abs(found.gain) > (found.control.standard_deviation or 0.0)
