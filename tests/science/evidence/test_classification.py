"""Scores of multiple-choice tests and comparisons of models."""

import math
import statistics
import warnings

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domaintune.science.evidence.shares import score
from domaintune.science.evidence.significance import McNemar, holm, mcnemar

LABELS = "ABCD"


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
    st.lists(
        st.tuples(st.sampled_from("ABCD"), st.sampled_from(["A", "B", "C", "D", "E", None])),
        min_size=1,
        max_size=60,
    )
)
def test_f1_is_that_of_scikit_learn(pairs: list[tuple[str, str | None]]) -> None:
    from sklearn.metrics import f1_score

    gold, choice = [g for g, _ in pairs], [c for _, c in pairs]
    found = score(gold, choice, 0.05)
    named = [c or "unparsed" for c in choice]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for average in ("micro", "macro", "weighted"):
            expected = f1_score(gold, named, average=average, zero_division=0)
            assert getattr(found, f"{average}_f1") == pytest.approx(expected, abs=1e-12)


def test_unread_answers_are_wrong_and_counted() -> None:
    found = score(["A", "B", "C", "D"], ["A", None, None, "C"], 0.05)
    assert (found.n, found.correct, found.unparsed) == (4, 1, 2)
    assert found.accuracy == found.micro_f1 == 0.25
    assert found.accuracy_parsed == 0.5
    assert score(["A"], [None], 0.05).accuracy_parsed is None


def test_the_standard_error_is_the_one_lm_eval_prints() -> None:
    from lm_eval.api.metrics import mean_stderr

    found = score(*answers(87, 203), alpha=0.05)
    hits = [1] * 87 + [0] * 116
    assert found.standard_error == pytest.approx(statistics.stdev(hits) / math.sqrt(203))
    assert found.standard_error == pytest.approx(mean_stderr(hits))
    assert score(["A"], ["A"], 0.05).standard_error is None


def test_the_interval_is_wilsons() -> None:
    # Newcombe 1998, Statistics in Medicine 17, 857-872, Table I: 81/263 gives 0.2553-0.3662, 0/20 gives 0-0.1611.
    found = score(["A"] * 263, ["A"] * 81 + ["B"] * 182, 0.05)
    assert (round(found.ci_low, 4), round(found.ci_high, 4)) == (0.2553, 0.3662)
    none = score(["A"] * 20, ["B"] * 20, 0.05)
    assert (none.ci_low, round(none.ci_high, 4)) == (0.0, 0.1611)


@pytest.mark.parametrize(
    ("gold", "choice", "alpha", "words"),
    [([], [], 0.05, "at least one"), (["A"], [], 0.05, "one choice per"), (["A"], ["A"], 1.0, "alpha")],
)
def test_what_cannot_be_scored_raises(gold: list[str], choice: list[str], alpha: float, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        score(gold, choice, alpha)


def columns(both: int, only_a: int, only_b: int, neither: int) -> tuple[list[bool], list[bool]]:
    a = [True] * both + [True] * only_a + [False] * only_b + [False] * neither
    b = [True] * both + [False] * only_a + [True] * only_b + [False] * neither
    return a, b


def test_mcnemar_counts_and_its_exact_p() -> None:
    # by hand: 2 (C(10,0) + C(10,1)) / 2^10 = 22 / 1024
    assert mcnemar(*columns(5, 1, 9, 3)) == McNemar(
        18, 18, 5, 1, 9, 3, 22 / 1024, "exact binomial, two-sided"
    )
    # by hand: 2 (C(22,0) + … + C(22,6)) / 2^22 = 2 · 110056 / 4194304
    assert mcnemar(*columns(100, 16, 6, 50)).p == pytest.approx(2 * 110056 / 4194304)


def test_mcnemar_on_a_textbook_table() -> None:
    # Agresti, Categorical Data Analysis, Table 10.1 (approval ratings): z0^2 = 17.36, so the exact p is tiny, too.
    found = mcnemar(*columns(794, 150, 86, 570))
    assert found.n == 1600
    expected = 2 * sum(math.comb(236, k) for k in range(87)) / 2**236
    assert found.p == pytest.approx(expected)
    assert found.p < 0.0001


def test_models_that_never_differ_are_not_told_apart() -> None:
    assert mcnemar(*columns(3, 0, 0, 2)).p == 1.0
    assert mcnemar(*columns(0, 4, 4, 0)).p == 1.0


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=50))
def test_mcnemar_is_symmetric_and_adds_up(pairs: list[tuple[bool, bool]]) -> None:
    a, b = [x for x, _ in pairs], [y for _, y in pairs]
    one, other = mcnemar(a, b), mcnemar(b, a)
    assert one.p == other.p
    assert 0 < one.p <= 1
    assert one.both + one.only_a + one.only_b + one.neither == one.n == len(pairs)


@pytest.mark.parametrize(("a", "b"), [([], []), ([True], [])])
def test_nothing_to_compare_raises(a: list[bool], b: list[bool]) -> None:
    with pytest.raises(ValueError, match="questions"):
        mcnemar(a, b)


def test_holm_on_a_worked_example() -> None:
    # 0.005 × 4, 0.01 × 3, 0.03 × 2, and 0.04 × 1 raised to the one before; as R's p.adjust(method = "holm")
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([]) == []


@given(st.lists(st.floats(0, 1), max_size=12))
def test_holm_never_lowers_a_p_and_keeps_their_order(p_values: list[float]) -> None:
    adjusted = holm(p_values)
    assert all(p <= q <= 1 for p, q in zip(p_values, adjusted, strict=True))
    ranked = sorted(range(len(p_values)), key=lambda i: p_values[i])
    assert [adjusted[i] for i in ranked] == sorted(adjusted)
