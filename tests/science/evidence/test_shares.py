"""Shares, F1 and means: golden values, and levels and coverage over passages that plain counts do not hold."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from domaintune.science.evidence.clusters import cluster_mean
from domaintune.science.evidence.non_inferiority import Table, margin_tests, score_interval
from domaintune.science.evidence.shares import bounded_mean, design_of, score

LABELS = "ABCD"
RUNS = 500
PASSAGES = [str(i) for i in range(40) for _ in range(5)]


def answers(correct: int, n: int) -> tuple[list[str], list[str | None]]:
    gold = [LABELS[i % 4] for i in range(n)]
    return gold, [g if i < correct else LABELS[(i + 1) % 4] for i, g in enumerate(gold)]


def test_the_chemistry_studys_printed_f1_is_the_micro_f1() -> None:
    # Tables 7 and 8, 13B untuned on MMLU: 0.4286 high school, 0.3900 college, 0.4093 on average.
    school, college = score(*answers(87, 203), alpha=0.05), score(*answers(39, 100), alpha=0.05)
    assert round(school.micro_f1, 4) == 0.4286
    assert round(college.micro_f1, 4) == 0.3900
    assert round((school.micro_f1 + college.micro_f1) / 2, 4) == 0.4093


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("ABCD"), st.sampled_from([*"ABCDE", None])), min_size=1, max_size=60)
)
def test_f1_is_that_of_scikit_learn(pairs: list[tuple[str, str | None]]) -> None:
    from sklearn.metrics import f1_score

    gold, choice = zip(*pairs, strict=True)
    found = score(gold, choice, 0.05)
    named = [c or "unparsed" for c in choice]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for average in ("micro", "macro", "weighted"):
            expected = f1_score(gold, named, average=average, zero_division=0)
            assert getattr(found, f"{average}_f1") == pytest.approx(expected, abs=1e-12)


def test_the_standard_error_is_the_one_lm_eval_prints() -> None:
    from lm_eval.api.metrics import mean_stderr

    found = score(*answers(87, 203), alpha=0.05).standard_error
    assert found == pytest.approx(mean_stderr([1] * 87 + [0] * 116))


def test_the_interval_is_wilsons() -> None:
    # Newcombe 1998, Statistics in Medicine 17, 857-872, Table I: 81/263 gives 0.2553-0.3662, 0/20 gives 0-0.1611.
    found = score(["A"] * 263, ["A"] * 81 + ["B"] * 182, 0.05)
    assert (round(found.ci_low, 4), round(found.ci_high, 4)) == (0.2553, 0.3662)
    none = score(["A"] * 20, ["B"] * 20, 0.05)
    assert (none.ci_low, round(none.ci_high, 4)) == (0.0, 0.1611)


def at_most(share: float, level: float) -> bool:
    """Say whether a share of RUNS is no more above a level than chance allows."""
    return share <= level + 3 * (level * (1 - level) / RUNS) ** 0.5


def passages(rng, chances, icc, clusters=40, size=5):
    """Draw 1, −1 or 0 a question; each takes its passage's value with probability √ICC, else one of its own."""
    values, shape = np.array([1, -1, 0]), (RUNS, clusters, size)
    p = [*chances, 1 - sum(chances)]
    own, common = rng.choice(values, shape, p=p), rng.choice(values, (RUNS, clusters, 1), p=p)
    return np.where(rng.random(shape) < icc**0.5, common, own).reshape(RUNS, -1)


def table(differences, clusters=PASSAGES):
    design = design_of(differences, clusters)
    counts = [int(np.sum(differences == value)) for value in (1, -1)]
    return Table(len(differences), *counts, design.effect, design.df)


@pytest.mark.parametrize(("won", "lost"), [(0.1, 0.2), (0.0, 0.05)])
@pytest.mark.parametrize("icc", [0.3, 0.6])
def test_a_loss_of_whole_passages_is_not_called_kept_more_often_than_the_level_says(won, lost, icc):
    """Taken as independent 11.2 %; by the estimated design effect alone, where losses are rare, up to 43 %."""
    drawn = passages(np.random.default_rng(2), (won, lost), icc)
    kept, lost_more, _ = zip(*(margin_tests(table(d), lost - won) for d in drawn), strict=True)
    assert at_most(np.mean(np.array(kept) < 0.05), 0.05)
    assert at_most(np.mean(np.array(lost_more) < 0.05), 0.05)


def test_independent_questions_are_what_they_were_and_one_passage_tells_nothing():
    values = [1, 0, 0, -1, 1, 0]
    for clusters in ([""] * 6, list("abcdef")):
        assert design_of(values, clusters) == (6, 1.0, float("inf"))
    _, low, high = score_interval(table(np.array(values), ["p"] * 6), 0.05)
    assert low < -0.99 < 0.99 < high


def test_the_estimate_counts_more_the_more_questions_differ_and_the_worst_case_where_none_does():
    many = [1, -1, -1, 1] * 400
    assert design_of([0] * 8, list("aaaabbbb")).effect == 4
    pairs = [str(i // 2) for i in range(1600)]
    estimated = cluster_mean(many, pairs, 0.05).design_effect or 0.0
    assert design_of(many, pairs).effect == pytest.approx(max(1.0, estimated), abs=0.01)
    assert 1 < design_of([1, 1, 0, 0, -1, 0, 0, 0], list("aabbccdd")).effect < 2


def test_the_interval_of_a_mean_of_scores_is_where_a_share_of_that_error_would_be_refused():
    """Wilson's ends by their definition: the shares that lie t of their own standard errors from the one found."""
    values, ends = [1.0, 4.0, 5.0, 5.0, 5.0, 5.0], (1.0, 5.0)
    found, plain = bounded_mean(values, [""] * 6, ends, 0.05), cluster_mean(values, [""] * 6, 0.05)
    share, error = (found.mean - 1) / 4, plain.standard_error / 4
    factor = error**2 / (share * (1 - share))
    for end in (found.ci_low, found.ci_high):
        at = (end - 1) / 4
        assert abs(share - at) == pytest.approx(stats.t.isf(0.025, 5) * (factor * at * (1 - at)) ** 0.5)
    assert plain.ci_high > 5 > found.ci_high
    assert found._replace(ci_low=0, ci_high=0) == plain._replace(ci_low=0, ci_high=0)
    flat = [5.0, 5.0], ["", ""]  # a mean without an interval
    assert bounded_mean(*flat, ends, 0.05) == cluster_mean(*flat, 0.05)
