"""k runs on selected rows against k random draws: the level that the test holds, and what is noise."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from domaintune.core.stage.errors import InputError
from domaintune.science.evidence.repetitions import against_control, detectable_gain, verdict

VALUES = st.floats(-100, 100).map(lambda value: round(value, 3))


def judged(selected: list[float], control: list[float]) -> str:
    found = against_control(selected, control, 0.05)
    return verdict(found.gain, found.p, 0.05)


def test_the_interval_is_that_of_one_more_draw() -> None:
    found = against_control([5.0, 6.0, 7.0], [4.0, 4.2, 4.4], 0.05)
    half = stats.t.isf(0.025, 2) * 0.2 * (4 / 3) ** 0.5
    assert (found.ci_low, found.ci_high) == (pytest.approx(1.8 - half), pytest.approx(1.8 + half))
    assert found.p == pytest.approx(2 * stats.t.sf(1.8 / (0.2 * (4 / 3) ** 0.5), 2))


@pytest.mark.parametrize("k", [2, 3, 10])
def test_the_gain_that_could_be_shown_is_found_with_the_wanted_chance(k: int) -> None:
    rng, n = np.random.default_rng(k), 4000
    gain = detectable_gain(1.0, k, 0.05, 0.8)
    assert gain is not None
    rows = rng.normal(gain, 1, n)
    control = rng.normal(0, 1, (n, k))
    t = (rows - control.mean(axis=1)) / (control.std(axis=1, ddof=1) * (1 + 1 / k) ** 0.5)
    assert np.mean(np.abs(t) > stats.t.isf(0.025, k - 1)) == pytest.approx(0.8, abs=0.025)


def test_draws_without_any_spread_tell_nothing() -> None:
    assert judged([2.0, 2.0], [1.0, 1.0]) == "not told"
    assert judged([1.0, 1.0], [1.0, 1.0]) == "not told"
    assert against_control([2.0, 2.0], [1.0, 1.0], 0.05).why == "all draws gave the same value"
    assert detectable_gain(0.0, 3, 0.05, 0.8) is None


@pytest.mark.parametrize(("selected", "control"), [([1.0], [2.0]), ([1.0], [2.0, 3.0]), ([], [])])
def test_sides_that_have_no_spread_or_differ_in_length_are_refused(
    selected: list[float], control: list[float]
) -> None:
    with pytest.raises(InputError, match="two or more runs a side"):
        against_control(selected, control, 0.05)


@given(st.lists(st.tuples(VALUES, VALUES), min_size=2, max_size=6))
def test_a_gain_is_larger_than_the_spread_of_the_draws_and_a_loss_is_its_mirror(
    pairs: list[tuple[float, float]],
) -> None:
    selected, control = [list(side) for side in zip(*pairs, strict=True)]
    found = against_control(selected, control, 0.05)
    told = judged(selected, control)
    assert judged([-v for v in selected], [-v for v in control]) == {"gain": "loss", "loss": "gain"}.get(
        told, told
    )
    if told in ("gain", "loss"):
        assert abs(found.gain) > (found.control.standard_deviation or 0.0)
