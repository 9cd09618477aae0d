"""Grade specs, catalog/grades/<spec>.yaml, calibration items of known quality included; and scoring texts by one."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, NamedTuple

from pydantic import Field

from domaintune.core.scoring.asking import OUTCOMES, ask, prompt_for, read_scores
from domaintune.core.scoring.calibration import CalibrationItem, bad_answers, item_problems
from domaintune.core.scoring.spec import MEAN, ScoringSpec, Texts, name_problem
from domaintune.core.sections.evaluation import Language
from domaintune.core.stage.errors import ParamsError
from domaintune.core.stage.params import parse, read_yaml
from domaintune.core.teacher.asking import Asker
from domaintune.science.heuristic_measures import MEASURES


class CalibrationRow(CalibrationItem):
    """A row whose answer is known to be good, and two answers to it that are known to be bad."""

    instruction: str = Field(min_length=1)
    input: str


class GradeSpec(ScoringSpec):
    """One file of criteria for grading."""

    known: ClassVar[frozenset[str]] = frozenset({"criteria", "conversation", "domain"})
    context: Annotated[list[Literal["instruction", "input", "document", "answer"]], Field(min_length=1)]
    """Context of the judge, in this order, as one JSON object; `document` is what a row was made from."""
    domain: Texts
    """What is right and useful in this corpus, by language. Known to the prompt templates as `domain`."""
    calibration: list[CalibrationRow] = Field(min_length=2)
    """The calibration items."""

    @property
    def answers(self) -> dict[str, dict[str, Any]]:
        """Return each calibration item's good answer and bad ones as they are asked about, by item and version."""
        return {
            f"{item.name}/{version}": item.model_dump(include={"language", "instruction", "input"})
            | {"row": item.name, "version": version, "answer": answer}
            for item in self.calibration
            for version, answer in {"good": item.answer, **bad_answers(item, self.calibration)}.items()
        }

    def _contradictions(self) -> list[str]:
        found = super()._contradictions() + item_problems(self.calibration)
        if lacking := ", ".join(sorted(set(self.prompts) - set(self.domain))):
            found.append(f"domain lacks {lacking}; write an empty text where there is nothing to say")
        if len(self.criteria) > 1 and not self.one_range:
            ranges = ", ".join(f"{one.name} {one.lowest} to {one.highest}" for one in self.criteria)
            found.append(f"criteria have different ranges, so that their mean says nothing: {ranges}")
        return found + [
            f"criterion {name} has the name of a heuristic measure; give it another than {', '.join(MEASURES)}"
            for name in self.names
            if name in MEASURES
        ]


def read_grade_spec(path: Path, language: Language) -> GradeSpec:
    """Read a spec and hold it against its file's name and the language that is asked for; all problems are named."""
    spec = parse(path, path.stem, GradeSpec, read_yaml(path))
    problems = name_problem(spec.name, path)
    if language not in spec.prompts:
        there = ", ".join(sorted(spec.prompts))
        problems.append(f"prompts: lacks {language}, which params.yaml asks for; it has {there}")
    if problems:
        raise ParamsError("\n".join(f"{path}: {problem}" for problem in problems))
    return spec


Wanted = Mapping[tuple[str, int], Mapping[str, str]]
"""Context of each text to be scored, by its id and how often it was asked about before: each time is paid for."""


class ScoredText(NamedTuple):
    """What the judge said of one text."""

    said: dict[str, Any]
    """Outcome, reason, detail and request_id, as records hold them; the reason is empty where nothing was read."""
    values: dict[str, float]
    """Each criterion's score, and their mean; nothing unless the outcome is parsed or repaired."""


def score(
    asker: Asker, spec: GradeSpec, language: Language, wanted: Wanted
) -> dict[tuple[str, int], ScoredText]:
    """Return what the judge, asked in a language, said of each text; equal texts are one request."""
    prompts = {}
    for one, given in wanted.items():
        prompt = prompt_for(spec, language, given, domain=spec.domain[language])
        prompts[one] = prompt._replace(id=f"{prompt.id}/{one[1]}", repeat=one[1])
    scored = {}
    for name, asked in ask(asker, spec, prompts.values()).items():
        values, reason = ({}, "") if asked.value is None else read_scores(spec, asked.value)
        said = {"outcome": OUTCOMES[asked.outcome], "reason": reason, "detail": asked.detail}
        mean = {MEAN: sum(values.values()) / len(values)} if values else {}
        scored[name] = ScoredText(said | {"request_id": asked.request_id}, values | mean)
    return {one: scored[prompt.id] for one, prompt in prompts.items()}
