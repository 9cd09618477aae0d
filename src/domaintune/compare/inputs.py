"""What is compared: each arm's answers and judgments, read from the folders that params.yaml names."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from domaintune.compare.params import Comparing
from domaintune.core.fan_in import check_owned
from domaintune.core.frames import read_records
from domaintune.core.records.answer import Answer
from domaintune.core.records.judgment import Judgment
from domaintune.core.records.question import Question
from domaintune.core.sections.answer import Answering
from domaintune.core.sections.arms import Arm
from domaintune.core.sections.rubrics import Rubric
from domaintune.core.stage.errors import InputError


class Settings(NamedTuple):
    """The parameters a comparison depends on."""

    arms: Mapping[str, Arm]
    rubrics: Mapping[str, Rubric]
    answering: Answering
    comparing: Comparing


class Inputs(NamedTuple):
    """Answers by arm and question id, judgments by arm, questions by id."""

    questions: dict[str, Question]
    answers: dict[str, dict[str, Answer]]
    judgments: dict[str, list[Judgment]]


def read_inputs(settings: Settings, questions: Path, answers: Path, judgments: Path) -> Inputs:
    """Read what belongs to the arms.

    Raises:
        InputError: a file is missing or broken, a folder belongs to no arm, or an arm answered
            other questions than the parameters say.
    """
    arms = sorted(settings.arms)
    check_owned(answers, arms, "arms")
    check_owned(judgments, arms, "arms")
    inputs = Inputs(
        {row.id: row for row in read_records(questions, Question)},
        {
            arm: {row.question_id: row for row in read_records(answers / arm / "answers.parquet", Answer)}
            for arm in arms
        },
        {arm: read_records(judgments / arm / "judgments.parquet", Judgment) for arm in arms},
    )
    _check_split(inputs, settings.answering.questions.from_)
    return inputs


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
