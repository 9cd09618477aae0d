"""Arms that are trained on different rows never read the same."""

import pytest

from domaintune.core.sections.arms import Mixture
from domaintune.report.mixture_words import mixture_in_words

BEST = {"grading": "writing", "by": "mean", "use": "filter", "top": 0.3}
BANDS = {"high": 8, "low": 1}


@pytest.mark.parametrize(
    ("rows", "grades", "told"),
    [
        ("graded", BEST, "rows: graded, grades: mean of writing, filter, the best 30 %"),
        (
            "all",
            BEST | {"chance": 2},
            "rows: all, grades: mean of writing, filter, the best 30 %, instead draw 2 by chance with as many tokens",
        ),
        (
            "all",
            {"grading": "other", "by": "format", "use": "filter", "at_least": 0.5},
            "rows: all, grades: format of other, filter, at least 0.5",
        ),
        (
            "all",
            {"grading": "writing", "by": "mean", "use": "condition", "bands": BANDS, "line": "Quality: {band}"},
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
