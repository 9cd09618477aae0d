"""k runs a side: what may be called a gain, and what is noise."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from domaintune.core.stage.errors import InputError
from domaintune.science.evidence.repetitions import compare_repeated

VALUES = st.floats(-100, 100).map(lambda value: round(value, 3))


def test_the_test_is_scipy_s_paired_t_over_seeds_and_the_deviation_is_pooled() -> None:
    other, way = [5.0, 5.2, 5.1], [5.4, 5.5, 5.9]
    found = compare_repeated(other, way, 0.05, 0.8)
    assert found.paired.t_test.p_two_tail == pytest.approx(stats.ttest_rel(other, way).pvalue)
    assert found.seed_deviation == pytest.approx(((0.1**2 + 0.2645751**2) / 2) ** 0.5)
    assert found.verdict == "within the noise of the seeds"
    assert "does not reach the 5 % level" in found.why


def test_two_seeds_show_a_gain_only_where_it_is_many_times_the_spread_of_the_differences() -> None:
    assert compare_repeated([5.0, 5.01], [7.0, 7.012], 0.05, 0.8).verdict == "gain"
    few = compare_repeated([5.0, 5.2], [5.4, 5.5], 0.05, 0.8)
    assert few.verdict == "within the noise of the seeds"
    # d_z of two pairs with 80 % power: Cohen 1988, noncentral t with 1 degree of freedom
    assert few.paired.power.detectable_d_z == pytest.approx(11.5499, rel=1e-4)


def test_a_difference_without_any_spread_is_not_told() -> None:
    assert compare_repeated([1.0, 1.0], [2.0, 2.0], 0.05, 0.8).verdict == "not told"


def test_one_run_a_side_tells_nothing() -> None:
    found = compare_repeated([1.0], [2.0], 0.05, 0.8)
    assert (found.verdict, found.seed_deviation) == ("not told", None)
    with pytest.raises(InputError, match="same length"):
        compare_repeated([1.0], [2.0, 3.0], 0.05, 0.8)


@given(st.lists(st.tuples(VALUES, VALUES), min_size=2, max_size=6))
def test_a_gain_is_never_smaller_than_the_spread_and_turns_into_a_loss_when_sides_change(
    pairs: list[tuple[float, float]],
) -> None:
    other, way = [list(side) for side in zip(*pairs, strict=True)]
    found, turned = compare_repeated(other, way, 0.05, 0.8), compare_repeated(way, other, 0.05, 0.8)
    opposite = {"gain": "loss", "loss": "gain"}
    assert turned.verdict == opposite.get(found.verdict, found.verdict)
    if found.verdict in opposite:
        assert found.seed_deviation is not None
        assert abs(found.paired.difference.mean) >= found.seed_deviation
        assert found.paired.t_test.p_two_tail is not None
        assert found.paired.t_test.p_two_tail < 0.05
