"""What arms ask of grades fits together."""

from typing import Any

import pytest

from domaintune.core.sections.arms import Mixture

ASKED = {"grading": "writing", "by": "mean"}
BANDS = {"bands": {"low": 1, "high": 8}}
FILTER, CONDITION, WEIGHT = (ASKED | {"use": use} for use in ("filter", "condition", "weight"))
TOLD = CONDITION | BANDS | {"control_prefix": "Quality: {band}"}
BALANCE = {"balance": "rows", "tolerance": 0.1, "languages": {"en": 1.0}}


def wrong(**mixture: Any) -> dict[str, Any]:
    return {"groups": ["open"], **mixture}


WRONG = [
    (wrong(rows="graded"), "rows: graded needs grades.grading and grades.by"),
    (wrong(rows="ungraded", grades=FILTER | {"top": 0.5}), "rows: ungraded rows have no grade to filter by; use ignore"),
    (wrong(grades=FILTER), "grades: use filter needs one of at_least and top, got neither"),
    (wrong(grades=FILTER | {"top": 0.5, "at_least": 8}), "grades: use filter needs one of at_least and top, got both"),
    (wrong(grades=ASKED | {"use": "ignore", "at_least": 0}), "grades.at_least: goes with use filter, not with ignore"),
    (wrong(grades=TOLD | {"random_draw": 1}), "grades.random_draw: goes with use filter, not with condition; leave it out"),
    (wrong(grades=TOLD | {"times": {"low": 1, "high": 2}}), "grades.times: goes with use weight, not with condition"),
    (wrong(grades=FILTER | {"top": 0.5} | BANDS), "grades.bands: goes with use condition or weight, not with filter"),
    (wrong(grades=CONDITION | {"control_prefix": "{band}"}), "grades.bands: use condition needs each band's name"),
    (wrong(grades=WEIGHT | {"times": {}}), "grades.bands: use weight needs each band's name"),
    (wrong(grades=TOLD | {"bands": {"low": 1, "high": 1}}), "grades.bands: two bands begin at the same border"),
    (wrong(grades=CONDITION | BANDS), "grades.control_prefix: use condition needs one line of text that holds {band} once, got None"),
    (wrong(grades=TOLD | {"control_prefix": "Quality"}), "grades.control_prefix: use condition needs one line"),
    (wrong(grades=TOLD | {"control_prefix": "Quality:\n{band}"}), "grades.control_prefix: use condition needs one line"),
    (wrong(grades=TOLD | {"control_prefix": "{band} {band}"}), "grades.control_prefix: use condition needs one line"),
    (wrong(grades=WEIGHT | BANDS | {"times": {"low": 1}}), "grades.times: use weight needs one number for each of the bands"),
    (wrong(grades=FILTER | {"top": 0.5, "random_draw": 1}, caps={"alpaca": 3}), "grades.random_draw: promises as many tokens as the filter's, which caps would change"),
    (wrong(grades=FILTER | {"top": 0.5, "random_draw": 1}, **BALANCE), "the filter's, which languages would change"),
]  # fmt: skip


@pytest.mark.parametrize(("mixture", "fault"), WRONG)
def test_each_contradiction_is_named(mixture: dict[str, Any], fault: str) -> None:
    with pytest.raises(ValueError, match="Value error") as raised:
        Mixture.model_validate(mixture)
    assert fault in str(raised.value)
