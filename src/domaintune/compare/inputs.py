"""What is compared: each arm's answers and judgments, read from the folders that params.yaml names."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from domaintune.compare.categories import Seen, read_mixtures, seen_by
from domaintune.compare.params import Comparing
from domaintune.core.frames import read_records
from domaintune.core.records.answer import Answer
from domaintune.core.records.judgment import Judgment
from domaintune.core.records.question import Question
from domaintune.core.scoring.card import MEAN, SingleCard, read_single_card
from domaintune.core.sections.arms import Arm
from domaintune.core.sections.evaluation import Answering, Rubric
from domaintune.core.stage.errors import InputError
from domaintune.core.stage.files import check_owned
from domaintune.core.stage.params import read_yaml


class Settings(NamedTuple):
    """The parameters a comparison depends on."""

    arms: Mapping[str, Arm]
    rubrics: Mapping[str, Rubric]
    answering: Answering
    comparing: Comparing


class Folders(NamedTuple):
    """Where it lies."""

    questions: Path
    answers: Path
    judgments: Path
    rubrics: Path
    """The rubrics' cards."""
    mixtures: Path
    """What the arms were trained on."""


class Inputs(NamedTuple):
    """Answers by arm and question id, judgments by arm, questions by id, cards of single answers by rubric, and by arm
    what it was trained on and the categories it has seen."""

    questions: dict[str, Question]
    answers: dict[str, dict[str, Answer]]
    judgments: dict[str, list[Judgment]]
    cards: dict[str, SingleCard]
    mixtures: dict[str, dict[str, Any]]
    seen: dict[str, Seen]
    scales: dict[tuple[str, str], tuple[float, float]]
    """Rubric and criterion → lowest and highest score."""

    @property
    def clusters(self) -> dict[str, str]:
        """Return what each question is not independent of."""
        return {name: question.cluster for name, question in self.questions.items()}


def read_inputs(settings: Settings, folders: Folders) -> Inputs:
    """Read what belongs to the arms.

    Raises:
        InputError: a file is missing or broken, a folder belongs to no arm, or an arm answered
            other questions than the parameters say.
        ParamsError: a rubric's card is missing or has problems.
    """
    arms = sorted(settings.arms)
    check_owned(folders.answers, arms, "arms")
    check_owned(folders.judgments, arms, "arms")
    mixtures = read_mixtures(folders.mixtures, settings.arms)
    cards = {
        name: read_single_card(folders.rubrics, name)
        for name, rubric in settings.rubrics.items()
        if rubric.single
    }
    inputs = Inputs(
        {row.id: row for row in read_records(folders.questions, Question)},
        {arm: _answers(folders.answers / arm / "answers.parquet") for arm in arms},
        {arm: read_records(folders.judgments / arm / "judgments.parquet", Judgment) for arm in arms},
        cards,
        mixtures,
        seen_by(settings.arms, mixtures),
        _scales(settings, folders.rubrics, cards),
    )
    _check_split(inputs, settings.answering.questions.from_)
    _check_judged(settings, inputs)
    return inputs


def _scales(
    settings: Settings, folder: Path, cards: Mapping[str, SingleCard]
) -> dict[tuple[str, str], tuple[float, float]]:
    """Return each criterion's ends."""
    ends: dict[tuple[str, str], tuple[float, float]] = {}
    for name, card in cards.items():
        ends |= {(name, one.name): (one.lowest, one.highest) for one in card.criteria}
        if card.one_range:
            ends[name, MEAN] = (card.criteria[0].lowest, card.criteria[0].highest)
    for name in sorted(set(settings.rubrics) - set(cards)):
        pairwise = read_yaml(folder / f"{name}.yaml")
        scale = pairwise["scale"]
        ends |= {(name, one["name"]): (min(scale), max(scale)) for one in pairwise["criteria"]}
    return ends


def _check_judged(settings: Settings, inputs: Inputs) -> None:
    """Make sure that what was judged is what params.yaml asks for."""
    for arm, rows in inputs.judgments.items():
        if unknown := sorted({row.rubric for row in rows} - set(settings.rubrics)):
            raise InputError(
                f"{arm} has judgments of {', '.join(unknown)}, which params.yaml: rubrics does not name. They are "
                "older than the parameters: run `dvc repro compare`."
            )


def _answers(path: Path) -> dict[str, Answer]:
    return {row.question_id: row for row in read_records(path, Answer)}


def _check_split(inputs: Inputs, split: str) -> None:
    """Make sure that what was asked is what the report will say was asked."""
    for arm, answers in inputs.answers.items():
        for question_id in answers:
            question = inputs.questions.get(question_id)
            if question is None or question.split != split:
                found = "is not in the questions table" if question is None else f"is from {question.split}"
                raise InputError(
                    f"{arm} answered question {question_id}, which {found}; answer.questions.from is {split}."
                    " The answers are older than the questions or the parameters: run `dvc repro compare`."
                )
