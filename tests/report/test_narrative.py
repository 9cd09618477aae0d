"""Sentences of the page: arms trained on different rows never read the same, rows of sets are not called documents."""

import pytest

from domaintune.core.sections.arms import Mixture
from domaintune.report.narrative import lengths_in_words, measured_in_words, mixture_in_words
from domaintune.science.comparison.judged import Length, Lengths

BEST = {"grading": "writing", "by": "mean", "use": "filter", "top": 0.3}
BANDS = {"high": 8, "low": 1}


@pytest.mark.parametrize(
    ("rows", "grades", "told"),
    [
        ("graded", BEST, "rows: graded, grades: mean of writing, filter, the best 30 %"),
        (
            "all",
            BEST | {"random_draw": 2},
            "rows: all, grades: mean of writing, filter, the best 30 %, instead draw 2 by chance with as many tokens",
        ),
        (
            "all",
            {"grading": "other", "by": "format", "use": "filter", "at_least": 0.5},
            "rows: all, grades: format of other, filter, at least 0.5",
        ),
        (
            "all",
            {"grading": "writing", "by": "mean", "use": "condition", "bands": BANDS, "control_prefix": "Quality: {band}"},
            "rows: all, grades: mean of writing, condition, low from 1, high from 8, told as “Quality: {band}”",
        ),
        (
            "all",
            {"grading": "writing", "by": "mean", "use": "weight", "bands": BANDS, "times": {"low": 0, "high": 2}},
            "rows: all, grades: mean of writing, weight, low from 1 × 0, high from 8 × 2",
        ),
        (
            "ungraded",
            {"grading": "writing", "by": "grounding", "use": "ignore"},
            "rows: ungraded, grades: grounding of writing, ignore",
        ),
    ],
)  # fmt: skip
def test_rows_and_grades_are_told(rows: str, grades: dict[str, object], told: str) -> None:
    mixture = Mixture.model_validate({"groups": ["g"], "rows": rows, "grades": grades})
    assert mixture_in_words(mixture) == f"g; {told}"


def test_caps_weights_and_languages_are_told() -> None:
    asked = {
        "groups": ["a", "b"], "caps": {"t": 1000}, "weights": {"u": 1.5}, "languages": {"en": 0.125, "ko": 0.875},
        "balance": "tokens", "tolerance": 0.1,
    }  # fmt: skip
    told = "a, b; at most 1,000 of t; u × 1.5; 12.5 % en, 87.5 % ko of the tokens"
    assert mixture_in_words(Mixture.model_validate(asked)) == told
    assert mixture_in_words(None) == "not trained"


@pytest.mark.parametrize("measures", ["recall", "transfer"])
def test_rows_of_sets_are_not_called_documents(measures: str) -> None:
    of_sets, of_documents = measured_in_words(measures, "sets"), measured_in_words(measures, "documents")
    assert of_sets.startswith("The questions are rows of sets that")
    assert of_documents.startswith(f"{measures.capitalize()}: the questions are about documents")
    assert measured_in_words(measures, "both") == f"{of_documents} Some belong to no document: {of_sets}"


def test_lengths_are_told_in_tokens_where_both_arms_have_the_same_and_in_characters_elsewhere() -> None:
    in_characters = Lengths(10, 3, 0, 0, 1, None, Length(15.0, 4.0, 3.75, 4.0, 9))
    said = lengths_in_words(in_characters, "tuned", "base")
    assert said.startswith("tuned answers with 15.0 characters on average, base with 4.0, a ratio of 3.75.")
    assert "9 of 10 answers have at least twice the characters." in said
    assert "Cut at the longest allowed length: 3 of tuned, 0 of base. Empty: 0 of tuned, 1 of base." in said
    in_tokens = in_characters._replace(tokens=Length(9.0, 4.0, None, None, 9))
    assert lengths_in_words(in_tokens, "tuned", "base").startswith(
        "tuned answers with 9.0 tokens on average, base with 4.0. 9 of 10"
    )
    nothing = in_characters._replace(characters=None)
    assert lengths_in_words(nothing, "tuned", "base") == "No question was answered by both."
