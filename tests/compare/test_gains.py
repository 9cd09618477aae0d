"""What an arm gained by category of the question: paired, with intervals, and seen less unseen."""

import pytest
from records import blank
from scipy import stats

from domaintune.compare.inputs import Seen
from domaintune.compare.paired import gains_of, grouped
from domaintune.compare.scores import Pair
from domaintune.core.records.question import Question

GAINS = {"novel": [2, 3, 2, 1, 3, 2], "poem": [0, 1, -1, 0, 1, 0], "mail": [1, 1, 0, 1]}
SEEN = Seen(frozenset({"novel", "blog"}), frozenset({"novel", "blog"}))


def asked(per_cluster=1, **gains):
    """Return the pairs and their questions; so many questions of a category share a cluster."""
    pairs, questions = [], {}
    for category, values in gains.items():
        for i, gain in enumerate(values):
            name = f"{category}{i}"
            pairs.append(Pair(name, 5.0, 5.0 + gain))
            cluster = f"{category}-{i // per_cluster}"
            questions[name] = blank(Question, id=name, category=category, cluster=cluster)
    return pairs, questions


def gains(pairs, questions, seen=SEEN):
    return gains_of(pairs, questions, grouped(questions, questions)[0], seen, 0.05)


def test_a_category_has_its_paired_difference_and_seen_less_unseen_is_a_difference_of_differences():
    pairs, questions = asked(**GAINS)
    found = gains(pairs, questions)
    rest = GAINS["poem"] + GAINS["mail"]
    for row, n, mean, expected in (
        (found.categories["novel"], 6, 13 / 6, stats.ttest_1samp(GAINS["novel"], 0)),
        (found.seen, 6, 13 / 6, stats.ttest_1samp(GAINS["novel"], 0)),
        (found.unseen, 10, 0.4, stats.ttest_1samp(rest, 0)),
        (found.seen_minus_unseen, 16, 13 / 6 - 0.4, stats.ttest_ind(GAINS["novel"], rest, equal_var=False)),
    ):
        interval = expected.confidence_interval(0.95)
        assert (row.n, row.mean, row.p) == pytest.approx((n, mean, expected.pvalue))
        assert (row.ci_low, row.ci_high) == pytest.approx((interval.low, interval.high))
    assert found.tests == 6  # corrected together: three categories, seen, unseen, and their difference
    smallest = min((*found.categories.values(), found.seen_minus_unseen), key=lambda row: row.p)
    assert smallest.p_holm == pytest.approx(6 * smallest.p)


def test_questions_of_one_cluster_count_once_within_a_category():
    pairs, questions = asked(2, **GAINS)
    found = gains(pairs, questions)
    assert (found.categories["novel"].n, found.categories["novel"].clusters) == (6, 3)
    assert found.categories["novel"].df == 2


def test_without_categories_there_is_no_table_and_without_knowledge_of_what_was_seen_nothing_pooled():
    pairs, questions = asked(**GAINS)
    found = gains(pairs, questions, Seen(None, None))
    assert (found.seen, found.unseen, found.seen_minus_unseen) == (None, None, None)
    bare = {name: question.model_copy(update={"category": ""}) for name, question in questions.items()}
    assert gains(pairs, bare) is None
