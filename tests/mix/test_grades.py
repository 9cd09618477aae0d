"""Reading grades: what is there is used, what is not there is said with what is."""

from pathlib import Path

import polars as pl
import pytest

from domaintune.core.frames import write_records
from domaintune.core.records.judgment import Grade
from domaintune.core.sections.data import GradingSet
from domaintune.core.stage.errors import InputError, ParamsError
from domaintune.mix.grades import grades_of

from .rows import mixture, row

GRADINGS = {"g": GradingSet(groups=["g"], spec="quality", language="en", max_rows=None)}
ROWS = [row("a"), row("b"), row("c"), row("v", split="validation"), row("o", group="other")]
JUDGED = [("a", "mean", 7.5, "judge"), ("b", "mean", 2.0, "judge"), ("a", "accuracy", 9.0, "judge")]
MEASURED = [(name, "format", 1.0, "surface") for name in "abcvo"] + [("a", "grounding", 0.25, "surface")]


def write(root: Path, values: list[tuple[str, str, float, str]], grading: str = "g") -> None:
    grades = [
        Grade.model_validate(dict(zip(("instruction_id", "name", "value", "by"), value, strict=True)))
        for value in values
    ]
    write_records(root / grading / "grades.parquet", Grade, grades, sort_by=("instruction_id", "name"))


def read(root: Path, by: str = "mean", **grades: object) -> dict[str, float]:
    return grades_of("tuned", mixture(by=by, **({"use": "ignore"} | grades)), ROWS, root, GRADINGS)


def test_training_rows_of_the_groups_get_their_value_and_others_none(tmp_path: Path) -> None:
    write(tmp_path, JUDGED + MEASURED)
    assert read(tmp_path) == {"a": 7.5, "b": 2.0}
    assert read(tmp_path, "format") == {"a": 1.0, "b": 1.0, "c": 1.0}
    assert read(tmp_path, "grounding") == {"a": 0.25}


def test_an_arm_without_grades_reads_none_but_stops_at_a_folder_nobody_owns(tmp_path: Path) -> None:
    plain = mixture(use="ignore").model_copy(update={"grades": None})
    assert grades_of("tuned", plain, ROWS, tmp_path / "nowhere", {}) == {}
    write(tmp_path, JUDGED, "old")
    with pytest.raises(InputError, match=r"the folders old belong to no entry of `gradings`.*dvc checkout"):
        grades_of("tuned", plain, ROWS, tmp_path, GRADINGS)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (MEASURED, r"mixture\.grades\.by: no value mean; the criteria and their mean need a judge model "
         r"\(grade\.model\.backend\), and none scored a row\. .* that are there: format, grounding\."),
        ([("o", "mean", 7.0, "judge"), ("v", "mean", 7.0, "judge")],
         r"of 2 rows with a value mean none is among the 3 training rows"),
        *(([("a", "mean", 7.0, "judge"), ("a", "mean", value, "judge")][at:], "two values mean, or one that is not a number")
          for at, value in enumerate((7.0, float("nan")))),
    ],
)  # fmt: skip
def test_grades_that_cannot_be_used_are_refused_with_what_is_there(
    tmp_path: Path, values: list[tuple[str, str, float, str]], message: str
) -> None:
    write(tmp_path, values)
    with pytest.raises(InputError, match=message):
        read(tmp_path)


def test_a_missing_or_foreign_table_is_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"g/grades\.parquet: not found"):
        read(tmp_path)
    (tmp_path / "g").mkdir()
    pl.DataFrame({"x": [1]}).write_parquet(tmp_path / "g/grades.parquet")
    with pytest.raises(InputError, match=r"grades\.parquet: a Grade table lacks the columns"):
        read(tmp_path)


def test_a_band_must_begin_at_or_below_the_lowest_grade(tmp_path: Path) -> None:
    write(tmp_path, JUDGED)
    bands = {"use": "condition", "control_prefix": "{band}"}
    assert read(tmp_path, bands={"low": 2, "high": 5}, **bands) == {"a": 7.5, "b": 2.0}
    with pytest.raises(
        ParamsError,
        match=r"bands: the lowest band begins at 5, but 1 of 2 graded rows are below it, down to mean = 2\.",
    ):
        read(tmp_path, bands={"high": 5}, **bands)
