"""A grading's card: what catalog/grades/<card>.yaml says, planted rows of known quality included."""

from pathlib import Path
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from domaintune.core.scoring.calibration import CalibrationItem, planted_problems
from domaintune.core.scoring.spec import ScoringSpec, Texts
from domaintune.core.sections.evaluation import Language
from domaintune.core.stage.errors import ParamsError
from domaintune.core.stage.params import parse, read_yaml
from domaintune.science.surface_measures import MEASURES


class CalibrationRow(CalibrationItem):
    """A row whose answer is known to be good, and two answers to it that are known to be bad."""

    section: ClassVar[str] = "grade card"
    instruction: str = Field(min_length=1)
    input: str


class GradeSpec(ScoringSpec):
    """One file of criteria for grading."""

    section: ClassVar[str] = "grade card"
    context: Annotated[list[Literal["instruction", "input", "document", "answer"]], Field(min_length=1)]
    """What the judge is shown, in this order, as one JSON object; `document` is what a row was made from."""
    domain: Texts
    """The domain's wording, by language: what is right and useful in this corpus. Known to the prompts as `domain`."""
    calibration: list[CalibrationRow] = Field(min_length=2)

    def _contradictions(self) -> list[str]:
        found = super()._contradictions() + self._criteria_problems()
        if "answer" not in self.context:
            found.append("context lacks answer")
        if lacking := sorted(set(self.prompts) - set(self.domain)):
            found.append(
                f"domain lacks {', '.join(lacking)}; write an empty text where there is nothing to say"
            )
        found += planted_problems(self.calibration)
        return found

    def _criteria_problems(self) -> list[str]:
        """Return where a criterion cannot stand beside the surface measures, or in one mean with the others."""
        found = [
            f"criterion {name} has the name of a surface measure; give it another than {', '.join(MEASURES)}"
            for name in self.names
            if name in MEASURES
        ]
        if len(self.criteria) > 1 and not self.one_range:
            ranges = ", ".join(f"{one.name} {one.lowest} to {one.highest}" for one in self.criteria)
            found.append(f"criteria have different ranges, so that their mean says nothing: {ranges}")
        return found


def read_grade_spec(path: Path, language: Language) -> GradeSpec:
    """Read a card and hold it against its file's name and the language that is asked for.

    Raises:
        ParamsError: there is none, or it has problems; all of them are named.
    """
    card = parse(path, path.stem, GradeSpec, read_yaml(path))
    problems = (
        []
        if card.name == path.stem
        else [f"name: expected {path.stem} as in the file's name, got {card.name}"]
    )
    if language not in card.prompts:
        problems.append(
            f"prompts: lacks {language}, which params.yaml asks for; it has {', '.join(sorted(card.prompts))}"
        )
    if problems:
        raise ParamsError("\n".join(f"{path}: {problem}" for problem in problems))
    return card
