"""Asking the judge of a grading about texts, and what it said of each."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import NamedTuple

from domaintune.core.records.judgment import READ, Outcome
from domaintune.core.scoring.asking import (
    OUTCOMES,
    Scores,
    read_scores,
    scores_problem,
    scoring_prompt,
    tidy_scores,
)
from domaintune.core.scoring.prose import read_prose
from domaintune.core.scoring.spec import ScoringSpec
from domaintune.core.sections.evaluation import Language
from domaintune.core.teacher.asking import Asked, Asks, Prompt
from domaintune.grade.params import GradeSettings
from domaintune.grade.spec import GradeSpec

OFFLINE = "heuristic"


class GradingJob(NamedTuple):
    """One entry of `gradings`, its card and the stage's settings."""

    key: str
    """Key in params.yaml `gradings`."""
    card: GradeSpec
    language: Language
    """The judge is asked in."""
    settings: GradeSettings

    @property
    def asks_model(self) -> bool:
        """Return whether somebody grades by the card's criteria."""
        return self.settings.model.backend != OFFLINE


class Wanted(NamedTuple):
    """One text to be scored."""

    id: str
    """The caller's own name for it."""
    material: Mapping[str, str]
    repeat: int
    """How often it was asked about before: each time has its own sampling seed, and is paid for."""


class ScoredText(NamedTuple):
    """What came of it."""

    outcome: Outcome
    scores: Scores | None
    """None unless the outcome is parsed or repaired."""
    detail: str
    request_id: str

    @property
    def mean(self) -> float | None:
        """Return the mean of all criteria."""
        return None if self.scores is None else sum(self.scores.values.values()) / len(self.scores.values)

    def values(self) -> dict[str, float]:
        """Return each criterion's score, and their mean; nothing where there are none."""
        if self.scores is None or self.mean is None:
            return {}
        return {**{name: float(value) for name, value in self.scores.values.items()}, "mean": self.mean}


def score(asker: Asks, job: GradingJob, wanted: Sequence[Wanted]) -> dict[str, ScoredText]:
    """Return what the judge said of each text, by the caller's name; equal texts are one request.

    Raises:
        TeacherError: the judge cannot answer; what it answered before is in the ledger.
    """
    card = job.card
    prompts = {one.id: _prompt(card, job.language, one) for one in wanted}
    asked = asker.ask_json(
        list({prompt.id: prompt for prompt in prompts.values()}.values()),
        schema=card.reply_schema,
        check=partial(scores_problem, card),
        tidy=partial(tidy_scores, card),
        prose=partial(read_prose, card),
    )
    by_prompt = {one.id: _scored(card, one) for one in asked}
    return {name: by_prompt[prompt.id] for name, prompt in prompts.items()}


def _prompt(card: GradeSpec, language: Language, one: Wanted) -> Prompt:
    material: dict[str, str] = {name: one.material.get(name, "") for name in card.context}
    prompt = scoring_prompt(card, language, material, domain=card.domain[language])
    return prompt._replace(id=f"{prompt.id}/{one.repeat}", repeat=one.repeat)


def _scored(card: ScoringSpec, asked: Asked) -> ScoredText:
    outcome = OUTCOMES[asked.outcome]
    scores = read_scores(card, asked.value) if outcome in READ else None
    return ScoredText(outcome, scores, asked.detail, asked.request_id)
