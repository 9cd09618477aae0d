"""Problems in params.yaml are all named at once, with their place and what was probably meant; what arms ask of grades fits."""

from pathlib import Path
from typing import Any, ClassVar

import pytest
from pydantic import Field

from domaintune.core.sections.arms import Mixture
from domaintune.core.sections.sources import AnySource
from domaintune.core.stage.errors import ParamsError
from domaintune.core.stage.params import (
    Params,
    View,
    filled,
    load_item,
    load_mapping,
    load_section,
    load_value,
)

ASKED = {"grading": "writing", "by": "mean"}
BANDS = {"bands": {"low": 1, "high": 8}}
FILTER, CONDITION, WEIGHT = (ASKED | {"use": use} for use in ("filter", "condition", "weight"))
TOLD = CONDITION | BANDS | {"control_prefix": "Quality: {band}"}
BALANCE = {"balance": "rows", "tolerance": 0.1, "languages": {"en": 1.0}}


class Inner(Params):
    section: ClassVar[str] = "train"
    rate: float = Field(gt=0)


class Train(Params):
    section: ClassVar[str] = "train"
    epochs: float = Field(gt=0)
    batch: int = Field(gt=0)
    inner: Inner


class Arm(Params):
    section: ClassVar[str] = "arms"
    model: str
    seed: int | None = None


class ArmModel(View):
    section: ClassVar[str] = "arms"
    model: str


GOOD = "seed: 3\ntrain: {epochs: 1, batch: 8, inner: {rate: 1e-4}}\narms: {b: {model: x}, a: {model: y, seed: 1}}\n"
BOMB = "b6: &b6 [1, 1]\n" + "".join(f"b{n}: &b{n} [{f'*b{n + 1}, ' * 9}]\n" for n in range(5, -1, -1))


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "params.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_all_problems_are_reported_at_once_with_place_value_and_suggestion(tmp_path: Path) -> None:
    path = written(tmp_path, "train: {epochs: -1, batch: '8', inner: {rate: 1.0, rat: 2}}\n")
    with pytest.raises(ParamsError) as raised:
        load_section(path, Train)
    assert sorted(line.partition("yaml: ")[2] for line in str(raised.value).splitlines()) == [
        "train.batch: input should be a valid integer, got '8'",
        "train.epochs: input should be greater than 0, got -1",
        "train.inner.rat: unknown parameter (did you mean rate?)",
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("train: {epochs: 1.0, batch: 8}\n", r"train\.inner: missing; add it to the file"),
        *((f"train: {{epochs: {number}, batch: 8, inner: {{rate: 1.0}}}}\n", r"train\.epochs: ")
          for number in (".nan", ".inf", "-.inf")),
        *((f"{text}train: {{epochs: *b0}}\n", "aliases .* stand for more than 100,000 values")
          for text in (BOMB, f"{BOMB}? *b0\n: 1\n", "b: &b0 [*b0]\n")),
        ("trian: {}\n", r"train: missing section \(did you mean trian\?\)"),
        *((text, "params.yaml: ") for text in ("a: [1\n", "- 1\n", "a: 1\na: 2\n", "a: 2024-13-45\n", "a: !!bool x\n", "? [{a: 1}]\n: 1\n")),
    ],
)  # fmt: skip
def test_what_a_section_lacks_or_cannot_be_is_named(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(ParamsError, match=told):
        load_section(written(tmp_path, text), Train)


def test_items_come_sorted_a_view_leaves_out_what_it_does_not_name_and_1e_4_is_a_number(
    tmp_path: Path,
) -> None:
    path = written(tmp_path, GOOD)
    assert list(load_mapping(path, Arm)) == ["a", "b"]
    assert load_item(path, ArmModel, "a").model_dump() == {"model": "y"}
    assert load_section(path, Train).inner.rate == 0.0001  # as it is for dvc
    with pytest.raises(ParamsError, match=r"arms\.tuned: no such entry; known here: a, b"):
        load_item(path, Arm, "tuned")
    assert load_mapping(written(tmp_path, "arms: {}\n"), Arm) == {}
    text = "arms: {a: {modl: x}, b: {model: y}, C: {model: z}, d: {model: 3}}\n"
    with pytest.raises(ParamsError) as raised:
        load_mapping(written(tmp_path, text), Arm)
    found = [line.partition(" arms.")[2].partition(":")[0] for line in str(raised.value).splitlines()]
    assert found == ["C", "a.model", "a.modl", "d.model"]  # not the first entry's alone
    for key in ("Tuned-1", '"a\\n"'):
        with pytest.raises(ParamsError, match="a key matches"):
            load_mapping(written(tmp_path, f"arms: {{{key}: {{model: x}}}}\n"), Arm)
    with pytest.raises(ParamsError, match="root folder"):
        load_section(tmp_path / "missing.yaml", Train)


def test_a_path_takes_fields_of_an_entry_as_they_are_and_a_single_value_has_its_type(tmp_path: Path) -> None:
    arm = Arm(model="a @seed $(b)", seed=3)
    assert filled(Path("models/@model/@seed/@other"), arm) == Path("models/a @seed $(b)/3/@other")
    assert load_value(written(tmp_path, GOOD), "seed", int) == 3
    with pytest.raises(ParamsError, match="seed: expected int, got 'x'"):
        load_value(written(tmp_path, "seed: x\n"), "seed", int)


def test_a_misspelt_key_inside_an_entry_of_several_kinds_is_known_by_that_kind_s_fields(
    tmp_path: Path,
) -> None:
    text = (
        "sources:\n  a: {path: x, kind: questions, use: train, language: ko, licence: none, subjekt: z,"
        " columns: {id: null, question: q, options: none, answr: a}}\n"
    )
    with pytest.raises(ParamsError) as raised:
        load_item(written(tmp_path, text), AnySource, "a")
    assert "sources.a.subjekt: unknown parameter (did you mean subject?)" in str(raised.value)
    assert "sources.a.columns.answr: unknown parameter (did you mean answer?)" in str(raised.value)


def wrong(**mixture: Any) -> dict[str, Any]:
    return {"groups": ["open"], **mixture}


WRONG = [
    (wrong(rows="graded"), "rows: graded needs grades.grading and grades.by"),
    (wrong(rows="ungraded", grades=FILTER | {"top": 0.5}), "rows: ungraded rows have no grade to filter by; use ignore"),
    (wrong(grades=FILTER), "grades: use filter needs one of at_least and top, got neither"),
    (wrong(grades=FILTER | {"top": 0.5, "at_least": 8}), "grades: use filter needs one of at_least and top, got both"),
    (wrong(grades=ASKED | {"use": "ignore", "at_least": 0}), "grades.at_least: goes with use filter, not with ignore"),
    (wrong(grades=TOLD | {"random_draw": 1}), "grades.random_draw: goes with use filter, not with condition; leave it out"),
    (wrong(grades=FILTER | {"top": 0.5} | BANDS), "grades.bands: goes with use condition or weight, not with filter"),
    (wrong(grades=CONDITION | {"control_prefix": "{band}"}), "grades.bands: use condition needs each band's name"),
    (wrong(grades=TOLD | {"bands": {"low": 1, "high": 1}}), "grades.bands: two bands begin at the same border"),
    (wrong(grades=CONDITION | BANDS), "grades.control_prefix: use condition needs one line of text that holds {band} once, got None"),
    (wrong(grades=TOLD | {"control_prefix": "Quality:\n{band}"}), "grades.control_prefix: use condition needs one line"),
    (wrong(grades=TOLD | {"control_prefix": "{band} {band}"}), "grades.control_prefix: use condition needs one line"),
    (wrong(grades=WEIGHT | BANDS | {"times": {"low": 1}}), "grades.times: use weight needs one number for each of the bands"),
    (wrong(grades=FILTER | {"top": 0.5, "random_draw": 1}, caps={"alpaca": 3}), "grades.random_draw: promises as many tokens as the filter's, which caps would change"),
    (wrong(grades=FILTER | {"top": 0.5, "random_draw": 1}, **BALANCE), "the filter's, which languages would change"),
]  # fmt: skip


@pytest.mark.parametrize(("mixture", "fault"), WRONG)
def test_each_contradiction_of_what_an_arm_asks_of_grades_is_named(
    mixture: dict[str, Any], fault: str
) -> None:
    with pytest.raises(ValueError, match="Value error") as raised:
        Mixture.model_validate(mixture)
    assert fault in str(raised.value)
