"""Bands of grades: which one a row is in, and the line that tells it."""

from collections.abc import Iterable, Mapping, Sequence

from domaintune.core.grade_rules import PLACE
from domaintune.core.records.instruction import Instruction
from domaintune.core.sections.arm_grades import ArmGrades
from domaintune.core.sections.arms import Mixture
from domaintune.core.stage.errors import ParamsError


def band_of(value: float, bands: Mapping[str, float]) -> str:
    """Return the band with the highest border that is not above the value."""
    return max((name for name, border in bands.items() if border <= value), key=bands.__getitem__)


def best_line(grades: ArmGrades | None) -> str:
    """Return what an arm is told while answering; empty for an arm that is not trained on a condition."""
    if grades is None or grades.use != "condition":
        return ""
    return _line(grades, max(grades.bands, key=grades.bands.__getitem__))


def lines_of(rows: Iterable[Instruction], mixture: Mixture, values: Mapping[str, float]) -> dict[str, str]:
    """Return what stands in the rows' instructions: row id → line.

    A training row tells its own band, one without a grade nothing. A validation row has no grade and tells the best
    band: the validation loss is of the prompts the arm will be asked with.
    """
    grades = mixture.grades
    if grades is None or grades.use != "condition":
        return {}
    own = [row for row in rows if row.group in mixture.groups]
    lines = {row.id: best_line(grades) for row in own if row.split == "validation"}
    graded = (row.id for row in own if row.split == "train" and row.id in values)
    return lines | {name: _line(grades, band_of(values[name], grades.bands)) for name in graded}


def check_bands(arm: str, grades: ArmGrades, values: Sequence[float]) -> None:
    """Stop where a graded row is in no band.

    Raises:
        ParamsError: with the lowest border and the lowest grade.
    """
    if not grades.bands:
        return
    lowest = min(grades.bands.values())
    if below := sorted(value for value in values if value < lowest):
        raise ParamsError(
            f"params.yaml: arms.{arm}.mixture.grades.bands: the lowest band begins at {lowest:g}, but {len(below)} of "
            f"{len(values)} graded rows are below it, down to {grades.by} = {below[0]:g}. Let a band begin there."
        )


def _line(grades: ArmGrades, band: str) -> str:
    assert grades.line is not None, "use condition has a line"
    return grades.line.replace(PLACE, band)
