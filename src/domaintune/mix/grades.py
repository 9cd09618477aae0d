"""The grades of an arm's training rows: read from data/grades, sorted into bands, and told to the arm as a line."""

import math
from collections.abc import Iterable, Mapping
from pathlib import Path

from domaintune.core.frames import read_frame
from domaintune.core.grade_rules import PLACE
from domaintune.core.records.instruction import Instruction
from domaintune.core.records.judgment import Grade
from domaintune.core.sections.arms import ArmGrades, Mixture
from domaintune.core.sections.data import GradingSet
from domaintune.core.stage.errors import InputError, ParamsError
from domaintune.core.stage.files import check_owned


def band_of(value: float, bands: Mapping[str, float]) -> str:
    """Return the band with the highest border that is not above the value."""
    return max((name for name, border in bands.items() if border <= value), key=bands.__getitem__)


def line_of(grades: ArmGrades, value: float) -> str:
    """Return what a row of this grade is told; an infinite one has the best band."""
    assert grades.control_prefix is not None, "use condition has one"
    return grades.control_prefix.replace(PLACE, band_of(value, grades.bands))


def best_line(grades: ArmGrades | None) -> str:
    """Return what an arm is told while answering; empty for an arm that is not trained on a condition."""
    return line_of(grades, math.inf) if grades is not None and grades.use == "condition" else ""


def lines_of(rows: Iterable[Instruction], mixture: Mixture, values: Mapping[str, float]) -> dict[str, str]:
    """Return what stands in the rows' instructions: row id → line.

    A training row tells its own band, one without a grade nothing. A validation row has no grade and tells the best
    band: the validation loss is of the prompts the arm will be asked with.
    """
    grades = mixture.grades
    if grades is None or grades.use != "condition":
        return {}
    own = [row for row in rows if row.group in mixture.groups]
    known = {row.id: math.inf for row in own if row.split == "validation"}
    known |= {row.id: values[row.id] for row in own if row.split == "train" and row.id in values}
    return {name: line_of(grades, value) for name, value in known.items()}


def grades_of(
    arm: str, mixture: Mixture, rows: Iterable[Instruction], root: Path, gradings: Mapping[str, GradingSet]
) -> dict[str, float]:
    """Return the arm's graded training rows with their grades: row id → value; empty for an arm without grades."""
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
    lowest = min(asked.bands.values(), default=-math.inf)
    if below := sorted(value for value in found.values() if value < lowest):
        raise ParamsError(
            f"params.yaml: arms.{arm}.mixture.grades.bands: the lowest band begins at {lowest:g}, but {len(below)} of "
            f"{len(found)} graded rows are below it, down to {asked.by} = {below[0]:g}. Let a band begin there."
        )
    return found


def read_values(path: Path, asked: ArmGrades, arm: str) -> dict[str, float]:
    """Return every row's value of the name asked for."""
    frame = read_frame(path)
    try:
        Grade.from_frame(frame.clear())
        rows = Grade.from_frame(frame.filter(frame["name"] == asked.by))
    except InputError as error:
        raise InputError(f"{path}: {error}. Run `dvc repro grade`.") from error
    if not rows:
        there = sorted(set(zip(frame["by"], frame["name"], strict=True)))
        measures = ", ".join(name for kind, name in there if kind == "heuristic") or "none"
        scored = ", ".join(name for kind, name in there if kind == "judge")
        found = (
            "the criteria and their mean need a judge model (grade.model.backend), and none scored a row. The "
            f"heuristic measures that are there: {measures}."
        )
        if scored:
            found = f"there are, scored by a judge: {scored}; measured: {measures}."
        raise InputError(f"{path}: arms.{arm}.mixture.grades.by: no value {asked.by}; {found}")
    values = {row.instruction_id: row.value for row in rows}
    if len(values) < len(rows) or not all(map(math.isfinite, values.values())):
        raise InputError(
            f"{path}: a row has two values {asked.by}, or one that is not a number. Run `dvc repro grade`."
        )
    return values
