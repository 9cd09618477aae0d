"""Grade specs, catalog/grades/<spec>.yaml, calibration items of known quality included; and scoring texts by one."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

from pydantic import Field

from domaintune.core.records.judgment import READ, Outcome
from domaintune.core.scoring.asking import OUTCOMES, Scores, ask_scores, prompt_for, read_scores
from domaintune.core.scoring.calibration import CalibrationItem, bad_answers, item_problems
from domaintune.core.scoring.spec import ScoringSpec, Texts, name_problem
from domaintune.core.sections.evaluation import Language
from domaintune.core.stage.errors import ParamsError
from domaintune.core.stage.params import parse, read_yaml
from domaintune.core.teacher.asking import Asker
from domaintune.grade.params import GradeSettings
from domaintune.science.heuristic_measures import MEASURES


class CalibrationRow(CalibrationItem):
    """A row whose answer is known to be good, and two answers to it that are known to be bad."""

    instruction: str = Field(min_length=1)
    input: str


class GradeSpec(ScoringSpec):
    """One file of criteria for grading."""

    context: Annotated[list[Literal["instruction", "input", "document", "answer"]], Field(min_length=1)]
    """Context of the judge, in this order, as one JSON object; `document` is what a row was made from."""
    domain: Texts
    """What is right and useful in this corpus, by language. Known to the prompt templates as `domain`."""
    calibration: list[CalibrationRow] = Field(min_length=2)
    """The calibration items."""

    @property
    def answers(self) -> list[tuple[CalibrationRow, str, str]]:
        """Return each calibration item with `good` and its good answer, and with each fault and that bad answer."""
        return [
            (item, version, answer)
            for item in self.calibration
            for version, answer in {"good": item.answer, **bad_answers(item, self.calibration)}.items()
        ]

    def _contradictions(self) -> list[str]:
        found = super()._contradictions() + item_problems(self.calibration)
        if lacking := sorted(set(self.prompts) - set(self.domain)):
            found.append(
                f"domain lacks {', '.join(lacking)}; write an empty text where there is nothing to say"
            )
        if len(self.criteria) > 1 and not self.one_range:
            ranges = ", ".join(f"{one.name} {one.lowest} to {one.highest}" for one in self.criteria)
            found.append(f"criteria have different ranges, so that their mean says nothing: {ranges}")
        return found + [
            f"criterion {name} has the name of a heuristic measure; give it another than {', '.join(MEASURES)}"
            for name in self.names
            if name in MEASURES
        ]


def read_grade_spec(path: Path, language: Language) -> GradeSpec:
    """Read a spec and hold it against its file's name and the language that is asked for.

    Raises:
        ParamsError: there is none, or it has problems; all of them are named.
    """
    spec = parse(path, path.stem, GradeSpec, read_yaml(path))
    problems = name_problem(spec.name, path)
    if language not in spec.prompts:
        there = ", ".join(sorted(spec.prompts))
        problems.append(f"prompts: lacks {language}, which params.yaml asks for; it has {there}")
    if problems:
        raise ParamsError("\n".join(f"{path}: {problem}" for problem in problems))
    return spec


OFFLINE = "heuristic"


class GradingJob(NamedTuple):
    """One entry of `gradings`, its spec and the stage's settings."""

    key: str
    """Key in params.yaml `gradings`."""
    spec: GradeSpec
    language: Language
    """The judge is asked in."""
    settings: GradeSettings

    @property
    def asks_model(self) -> bool:
        """Return whether somebody grades by the spec's criteria."""
        return self.settings.model.backend != OFFLINE


Wanted = Mapping[tuple[str, int], Mapping[str, str]]
"""Context of each text to be scored, by its id and how often it was asked about before: each time is paid for."""


class ScoredText(NamedTuple):
    """What the judge said of one text."""

    outcome: Outcome
    scores: Scores | None
    """None unless the outcome is parsed or repaired."""
    detail: str
    request_id: str

    @property
    def reason(self) -> str:
        """Return the judge's words, empty where there are none."""
        return self.scores.reason if self.scores else ""

    @property
    def values(self) -> dict[str, float]:
        """Return each criterion's score, and their mean; nothing where there are none."""
        scores = {} if self.scores is None else {name: float(n) for name, n in self.scores.values.items()}
        return {**scores, "mean": sum(scores.values()) / len(scores)} if scores else {}


def score(asker: Asker, job: GradingJob, wanted: Wanted) -> dict[tuple[str, int], ScoredText]:
    """Return what the judge said of each text; equal texts are one request.

    Raises:
        TeacherError: the judge cannot answer; what it answered before is in the ledger.
    """
    spec, prompts = job.spec, {}
    for one, given in wanted.items():
        prompt = prompt_for(spec, job.language, given, domain=spec.domain[job.language])
        prompts[one] = prompt._replace(id=f"{prompt.id}/{one[1]}", repeat=one[1])
    asked = ask_scores(asker, spec, prompts.values())
    scored = {
        name: ScoredText(
            outcome := OUTCOMES[one.outcome],
            read_scores(spec, one.value) if outcome in READ else None,
            one.detail,
            one.request_id,
        )
        for name, one in asked.items()
    }
    return {one: scored[prompt.id] for one, prompt in prompts.items()}
