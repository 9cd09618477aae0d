"""Questions needed over the interval of the effect, and what clusters make of them."""

import numpy as np
import pytest
from scipy import stats

from domaintune.science.evidence.power import Design, effect_interval, power_at, required_n
from domaintune.science.evidence.statistics import compare_paired


@pytest.mark.parametrize(("t", "df"), [(-0.88, 9), (3.0, 9), (2.5, 3.6), (40.0, 30), (0.0, 5)])
def test_the_interval_of_an_effect_leaves_the_tails_of_the_noncentral_t(t, df):
    low, high = effect_interval(t, df, 0.05)
    assert stats.nct.sf(t, df, low) == pytest.approx(0.025, rel=1e-6)
    assert stats.nct.sf(t, df, high) == pytest.approx(0.975, rel=1e-6)
    assert (low <= 0 <= high) == (2 * stats.t.sf(abs(t), df) >= 0.05)
    assert effect_interval(1e7, df, 0.05) is None


def test_questions_needed_are_told_over_the_interval_of_the_effect_and_not_at_its_middle():
    differences = np.array([1, 0, 2, 1, 0, 1, -1, 1, 2, 0, 1, 1, 0, 1, -1, 2, 1, 0, 1, 1])
    found = compare_paired([3] * 20, 3 + differences, 0.05, 0.8).power
    assert found.required_fewest < found.required_n < found.required_most
    assert found.required_most == required_n(found.d_z_low, 0.05, 0.8)
    assert power_at(found.d_z_low, found.required_most, 0.05) >= 0.8


def test_more_questions_are_needed_where_they_share_clusters():
    alone, shared = required_n(0.5, 0.05, 0.8), required_n(0.5, 0.05, 0.8, Design(2.0, 0.25))
    assert shared > 2 * alone
    assert power_at(5.0, 4, 0.05, Design(1.0, 0.25)) == 0  # one cluster's worth is no test
