"""Golden values: the NASA R&D study, Tables 5 to 7; questions needed, also where several share a cluster."""

import json
from operator import attrgetter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from domaintune.core.stage.files import to_json
from domaintune.science.comparison.tree import as_json
from domaintune.science.evidence.power import (
    Design,
    effect_interval,
    power_at,
    required_n,
    smallest_detectable,
)
from domaintune.science.evidence.statistics import compare_paired
from domaintune.science.evidence.statistics_text import Family, in_words, number, tables

BASE = [4, 1, 2, 1, 3, 2, 2, 2, 4, 1]  # Table 7
TUNED = [1, 2, 2, 2, 4, 4, 3, 3, 3, 2]

TABLE_5 = {
    "Mean": ["2.2", "2.6"],
    "Variance": ["1.288888889", "0.933333333"],
    "Observations": ["10", "10"],
    "Pearson correlation": ["0.08104409"],
    "Hypothesized mean difference": ["0"],
    "df": ["9"],
    "t Stat": ["-0.884651737"],
    "P(T<=t) one-tail": ["0.19968068"],
    "t critical one-tail": ["1.833112933"],
    "P(T<=t) two-tail": ["0.399361359"],
    "t critical two-tail": ["2.262157163"],
}
TABLE_6 = {
    "Mean": ["2.2", "2.6"],
    "Variance": ["1.288888889", "0.933333333"],
    "Observations": ["10", "10"],
    "df": ["9", "9"],
    "F": ["1.380952381"],
    "P(F<=f) one-tail (right)": ["0.319200279"],
    "F critical one-tail (right)": ["3.178893104"],
}
IN_TEXT = {"Standard error": ["0.3590", "0.3055"], "Standard deviation": ["1.1353", "0.9661"]}
STUDY = compare_paired(BASE, TUNED, 0.05, 0.8)


def test_every_printed_digit_of_the_studys_tables_comes_out_and_it_would_have_needed_103_questions():
    printed = tables(STUDY, "base", "tuned")
    for table, expected in zip(printed, [TABLE_5, TABLE_6, IN_TEXT], strict=False):
        assert {row[0]: row[1:] for row in table.rows} == expected
    d_z = STUDY.difference.d_z
    assert d_z == pytest.approx(0.2798, abs=5e-5)
    assert STUDY.power.required_n == 103
    assert power_at(d_z, 103, 0.05) >= 0.8 > power_at(d_z, 102, 0.05)


def test_f_below_one_uses_the_left_tail():
    *_, f, tail, p, critical = compare_paired(TUNED, BASE, 0.05, 0.8).f_test
    assert (f, p, critical) == pytest.approx((1 / 1.380952381, 0.319200279, 1 / 3.178893104))
    assert tail == "left"


@pytest.mark.parametrize(
    ("base", "tuned", "missing", "reason"),
    [
        ([1, 2, 3, 4], [2, 1, 4, 3], "power.required_n", "zero"),
        (BASE, BASE, "t_test", "every difference is the same"),
        (BASE, BASE, "wilcoxon", "no question has a difference"),
        ([0.1, 0.2], [0.1 + 0.2, 0.4], "t_test", "every difference is the same"),  # but for rounding
        ([2, 2, 2], [1, 2, 4], "f_test.f", "of a column are all the same"),
        ([2, 2, 2], [1, 2, 4], "pearson", "of a column are all the same"),
        ([2], [4], "t_test", "needs at least 2 pairs"),
        ([2], [4], "power", "needs at least 2 pairs"),
    ],
)
def test_what_a_comparison_cannot_tell_is_none_and_says_why(base, tuned, missing, reason):
    result = compare_paired(base, tuned, 0.05, 0.8)
    first = {"t_test": "t_test.t", "wilcoxon": "wilcoxon.p_two_tail", "power": "power.detectable_d_z"}
    assert attrgetter(first.get(missing, missing))(result) is None
    assert reason in result.missing[missing]
    if missing == "t_test":
        assert "No test was possible" in in_words(result, "base", "tuned", "On some questions")


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), min_size=1, max_size=9))
def test_no_scores_lead_to_nan_and_every_missing_value_has_a_reason(rows):
    result = compare_paired([b for b, _ in rows], [t for _, t in rows], 0.05, 0.8)
    assert json.loads(to_json(as_json(result)))  # to_json refuses NaN
    for group in ("t_test", "f_test", "difference", "wilcoxon", "power"):
        if any(value is None for value in getattr(result, group)._asdict().values()) and len(rows) > 1:
            assert any(key.startswith(group) for key in result.missing)
    assert "nan" not in in_words(result, "base", "tuned", "On some").lower()


@pytest.mark.parametrize("n", [2, 5, 10, 103, 1000])
def test_the_smallest_detectable_effect_needs_exactly_this_many_pairs(n):
    assert required_n(smallest_detectable(n, 0.05, 0.8) * (1 + 1e-9), 0.05, 0.8) == n


def test_required_n_knows_published_values_and_its_limit():
    # G*Power 3.1, t tests, means of two dependent groups, two tails, alpha 0.05, power 0.80
    assert [required_n(d, 0.05, 0.8) for d in (0.2, 0.5, 0.8)] == [199, 34, 15]
    assert [required_n(d, 0.05, 0.8) for d in (-0.5, 1e10, 1e-6)] == [34, 2, None]


def test_numbers_keep_nine_decimals_without_closing_zeros():
    shown = {0.08104408984: "0.08104409", 2.0: "2", -1e-12: "-1e-12", -0.0: "0", None: "–"}
    assert [number(x) for x in shown] == list(shown.values())


def test_the_sentence_can_be_quoted():
    assert in_words(STUDY, "base", "tuned", "On 10 questions") == (
        "On 10 questions, tuned scored 2.60 on average against 2.20 of base, a difference of +0.40 "
        "(95 % interval -0.62 to +1.42). The difference is not significant at the 5 % level (paired t-test, "
        "t(9) = -0.885 as base − tuned, two-tailed p = 0.399). The size of the effect is "
        "uncertain (d_z = 0.28, 95 % interval -0.36 to 0.91): 80 % power to detect it takes 12 questions or more, and "
        "at its lower end no finite number is enough. With 10, only differences of 1.42 points or more (d_z = 1.00) "
        "have 80 % power."
    )


def test_the_power_is_said_to_be_one_test_s_where_the_verdict_is_corrected_for_several():
    """At 24 tests what one test shows with 80 % power is found in 35 % at the corrected level."""
    several, alone = (
        in_words(STUDY, "base", "tuned", "On 10 questions", Family(tests, 1.0, exploratory=False))
        for tests in (24, 1)
    )
    assert several.endswith("That is the power of this test alone; after the correction it is less.")
    assert alone.endswith("have 80 % power.")


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
