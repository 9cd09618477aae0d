"""What arms ask of grades is checked before anything is spent, and again where the arm is read."""

from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from domaintune.check.references import cross_section_problems
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


def check(tmp_path: Path, mixture: dict[str, Any]) -> str:
    whole = {
        "sources": {"a": {"kind": "instructions"}},
        "tasks": {},
        "sets": {name: {"source": "a", "task": name, "group": name} for name in ("open", "more")},
        "gradings": {"writing": {"groups": ["open"]}, "poems": {"groups": ["more"]}},
        "models": {"m": {}},
        "arms": {"tuned": {"model": "m", "baseline": "tuned", "mixture": mixture}},
    }
    with (tmp_path / "params.yaml").open("w") as handle:
        YAML(typ="safe").dump(whole, handle)
    return "\n".join(cross_section_problems(tmp_path / "params.yaml", tmp_path / "cards"))


def test_names_and_groups_of_gradings_are_checked_and_all_problems_stand_together(tmp_path: Path) -> None:
    everything = {"groups": ["open", "more"], "rows": "graded", "grades": ASKED | {"use": "ignore"}}
    assert check(tmp_path, everything) == (
        f"{tmp_path}/params.yaml: arms.tuned.mixture.rows: graded leaves nothing of the groups ['more'], which "
        "gradings.writing does not grade; add them there, or leave them out here"
    )
    assert check(tmp_path, everything | {"rows": "all"}) == ""
    assert check(tmp_path, everything | {"groups": ["open"]}) == ""
    assert "gradings.writing.max_rows is null" in check(
        tmp_path, {"groups": ["open"], "rows": "ungraded", "grades": ASKED | {"use": "ignore"}}
    )
    assert (
        "arms.tuned.mixture.grades.grading: poems grades the groups ['more'], none of the arm's ['open']"
        in check(tmp_path, {"groups": ["open"], "grades": ASKED | {"use": "ignore", "grading": "poems"}})
    )
    assert (
        "arms.tuned.mixture.grades.grading: writting is not an entry of gradings (did you mean writing?)"
        in check(tmp_path, {"groups": ["open"], "grades": FILTER | {"grading": "writting"}})
    )
