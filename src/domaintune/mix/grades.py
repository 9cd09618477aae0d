"""The grades of an arm's training rows, read from data/grades."""

import math
from collections.abc import Iterable, Mapping
from pathlib import Path

from domaintune.core.fan_in import check_owned
from domaintune.core.frames import read_frame
from domaintune.core.records.grade import Grade
from domaintune.core.records.instruction import Instruction
from domaintune.core.sections.arm_grades import ArmGrades
from domaintune.core.sections.arms import Mixture
from domaintune.core.sections.gradings import GradingSet
from domaintune.core.stage.errors import InputError
from domaintune.mix.bands import check_bands


def grades_of(
    arm: str, mixture: Mixture, rows: Iterable[Instruction], root: Path, gradings: Mapping[str, GradingSet]
) -> dict[str, float]:
    """Return the arm's graded training rows with their grades: row id → value; empty for an arm without grades.

    Raises:
        InputError: a folder of `root` belongs to no grading, the values asked for are not there, or no row has one.
        ParamsError: a grade is in none of the bands.
    """
    check_owned(root, gradings, "gradings")
    asked = mixture.grades
    if asked is None:
        return {}
    path = root / asked.grading / "grades.parquet"
    values = read_values(path, asked, arm)
    own = [row.id for row in rows if row.split == "train" and row.group in mixture.groups]
    found = {name: values[name] for name in own if name in values}
    if not found:
        raise InputError(
            f"{path}: of {len(values)} rows with a value {asked.by} none is among the {len(own)} training rows of "
            f"arms.{arm}.mixture.groups {mixture.groups}; gradings.{asked.grading}.groups says what is graded."
        )
    check_bands(arm, asked, list(found.values()))
    return found


def read_values(path: Path, asked: ArmGrades, arm: str) -> dict[str, float]:
    """Return every row's value of the name asked for.

    Raises:
        InputError: no such name, with those that are there; or a value twice, or no number.
    """
    frame = read_frame(path)
    try:
        Grade.from_frame(frame.clear())
        rows = Grade.from_frame(frame.filter(frame["name"] == asked.by))
    except InputError as error:
        raise InputError(f"{path}: {error}. Run `dvc repro grade`.") from error
    if not rows:
        raise InputError(
            f"{path}: arms.{arm}.mixture.grades.by: no value {asked.by}; {_there(frame['name'], frame['by'])}"
        )
    values = {row.instruction_id: row.value for row in rows}
    if len(values) < len(rows) or not all(map(math.isfinite, values.values())):
        raise InputError(
            f"{path}: a row has two values {asked.by}, or one that is no number. Run `dvc repro grade`."
        )
    return values


def _there(names: Iterable[str], by: Iterable[str]) -> str:
    pairs = sorted(set(zip(by, names, strict=True)))
    measures = ", ".join(name for kind, name in pairs if kind == "surface") or "none"
    scored = ", ".join(name for kind, name in pairs if kind == "judge")
    if scored:
        return f"there are, scored by a judge: {scored}; measured: {measures}."
    return (
        f"the criteria and their mean need a judge model (grade.model.backend), and none scored a row. The surface "
        f"measures that are there: {measures}."
    )
