"""What an arm gained by category of the question: paired, with intervals, and seen less unseen."""

import pytest
from scipy import stats

from domaintune.compare.categories import gains_by_category
from domaintune.compare.inputs import Seen
from domaintune.compare.scores import Pair
from domaintune.core.records.question import Question

EMPTY = dict.fromkeys(Question.schema_, "") | {"options": []}
GAINS = {"novel": [2, 3, 2, 1, 3, 2], "poem": [0, 1, -1, 0, 1, 0], "mail": [1, 1, 0, 1]}
SEEN = Seen(frozenset({"novel", "blog"}), frozenset({"novel", "blog"}))
UNKNOWN = Seen(None, None)


def asked(per_cluster=1, **gains):
    """Return the pairs and their questions; so many questions of a category share a cluster."""
    pairs, questions = [], {}
    for category, values in gains.items():
        for i, gain in enumerate(values):
            name = f"{category}{i}"
            pairs.append(Pair(name, 5.0, 5.0 + gain))
            cluster = f"{category}-{i // per_cluster}"
            questions[name] = Question(**EMPTY | {"id": name, "category": category, "cluster": cluster})
    return pairs, questions


def test_a_category_has_the_paired_difference_of_its_questions():
    pairs, questions = asked(**GAINS)
    found = gains_by_category(pairs, questions, SEEN, 0.05)
    novel, expected = found.categories["novel"], stats.ttest_1samp(GAINS["novel"], 0)
    assert (novel.n, novel.mean, novel.p) == pytest.approx((6, 13 / 6, expected.pvalue))
    assert (novel.ci_low, novel.ci_high) == pytest.approx(tuple(expected.confidence_interval(0.95)))
    assert found.seen.mean == pytest.approx(13 / 6)
    assert (found.unseen.n, found.unseen.mean) == (10, pytest.approx(0.4))


def test_seen_less_unseen_is_tested_as_a_difference_of_differences():
    pairs, questions = asked(**GAINS)
    found = gains_by_category(pairs, questions, SEEN, 0.05).seen_minus_unseen
    expected = stats.ttest_ind(GAINS["novel"], GAINS["poem"] + GAINS["mail"], equal_var=False)
    interval = expected.confidence_interval(0.95)
    assert (found.mean, found.p) == pytest.approx((13 / 6 - 0.4, expected.pvalue))
    assert (found.ci_low, found.ci_high) == pytest.approx((interval.low, interval.high))


def test_a_gain_everywhere_is_no_gain_on_what_was_seen():
    pairs, questions = asked(novel=[2, 3, 2, 3, 2, 3], poem=[3, 2, 3, 2, 3, 2])
    found = gains_by_category(pairs, questions, SEEN, 0.05)
    assert found.seen.p < 0.001
    assert found.seen_minus_unseen.p == 1.0


def test_the_p_values_of_one_table_are_corrected_together():
    pairs, questions = asked(**GAINS)
    found = gains_by_category(pairs, questions, SEEN, 0.05)
    assert found.tests == 6  # three categories, seen, unseen, and their difference
    smallest = min((*found.categories.values(), found.seen_minus_unseen), key=lambda row: row.p)
    assert smallest.p_holm == pytest.approx(6 * smallest.p)


def test_questions_of_one_cluster_count_once_within_a_category():
    pairs, questions = asked(2, **GAINS)
    found = gains_by_category(pairs, questions, SEEN, 0.05)
    assert (found.categories["novel"].n, found.categories["novel"].clusters) == (6, 3)
    assert found.categories["novel"].df == 2


def test_without_categories_there_is_no_table_and_without_knowledge_of_what_was_seen_nothing_pooled():
    pairs, questions = asked(**GAINS)
    found = gains_by_category(pairs, questions, UNKNOWN, 0.05)
    assert (found.seen, found.unseen, found.seen_minus_unseen) == (None, None, None)
    bare = {name: question.model_copy(update={"category": ""}) for name, question in questions.items()}
    assert gains_by_category(pairs, bare, SEEN, 0.05) is None
