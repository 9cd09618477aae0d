"""Sentences of the page: arms trained on different rows never read the same, rows of sets are not called documents."""

import pytest

from domaintune.core.sections.arms import Mixture
from domaintune.report.data import mixture_in_words
from domaintune.report.page import lengths_in_words, measured_in_words
from domaintune.science.comparison.judged import Length, Lengths

BEST = {"grading": "writing", "by": "mean", "use": "filter", "top": 0.3}
BANDS = {"grading": "writing", "by": "mean", "bands": {"high": 8, "low": 1}}
TOLD = BANDS | {"use": "condition", "control_prefix": "Quality: {band}"}
SHARES = {"languages": {"en": 0.125, "ko": 0.875}, "balance": "tokens", "tolerance": 0.1}
DIFFERENT = [
    {"groups": ["g"]}, {"groups": ["g", "h"]}, {"caps": {"t": 1000}}, {"caps": {"u": 1000}}, {"weights": {"u": 1.5}},
    {"weights": {"u": 2.0}}, SHARES, SHARES | {"balance": "rows"}, {"grades": BEST}, {"rows": "graded", "grades": BEST},
    *({"grades": BEST | {"random_draw": draw}} for draw in (1, 2)), {"grades": BEST | {"top": 0.4}},
    {"grades": BEST | {"grading": "other"}}, {"grades": BEST | {"by": "format", "top": None, "at_least": 0.5}},
    {"grades": TOLD}, {"grades": TOLD | {"control_prefix": "Worth: {band}"}},
    *({"grades": BANDS | {"use": "weight", "times": {"low": 0, "high": times}}} for times in (2, 3)),
    {"rows": "ungraded", "grades": {"grading": "writing", "by": "grounding", "use": "ignore"}},
]  # fmt: skip


def test_arms_trained_on_different_rows_never_read_the_same() -> None:
    told = [mixture_in_words(Mixture.model_validate({"groups": ["g"]} | one)) for one in DIFFERENT]
    assert len({*told, mixture_in_words(None)}) == len(DIFFERENT) + 1
    asked = {"groups": ["a", "b"], "caps": {"t": 1000}, "weights": {"u": 1.5}} | SHARES
    told = "a, b; at most 1,000 of t; u × 1.5; 12.5 % en, 87.5 % ko of the tokens"
    assert mixture_in_words(Mixture.model_validate(asked)) == told


@pytest.mark.parametrize("measures", ["recall", "transfer"])
def test_rows_of_sets_are_not_called_documents(measures: str) -> None:
    of_sets, of_documents = measured_in_words(measures, "sets"), measured_in_words(measures, "documents")
    assert of_sets.startswith("The questions are rows of sets that")
    assert of_documents.startswith(f"{measures.capitalize()}: the questions are about documents")
    assert measured_in_words(measures, "both") == f"{of_documents} Some belong to no document: {of_sets}"


def test_lengths_are_told_in_tokens_where_both_arms_have_the_same_and_in_characters_elsewhere() -> None:
    in_characters = Lengths(10, 3, 0, 0, 1, None, Length(15.0, 4.0, 3.75, 4.0, 9))
    assert "15.0 characters on average, base with 4.0" in lengths_in_words(in_characters, "tuned", "base")
    in_tokens = in_characters._replace(tokens=Length(9.0, 4.0, None, None, 9))
    assert "9.0 tokens on average, base with 4.0" in lengths_in_words(in_tokens, "tuned", "base")
    nothing = in_characters._replace(characters=None)
    assert lengths_in_words(nothing, "tuned", "base") == "No question was answered by both."
