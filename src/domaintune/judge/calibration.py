"""Planted questions: what a judge is asked first, answers of which everybody knows which is the good one."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import ClassVar, NamedTuple, Self, get_args

from pydantic import Field, model_validator

from domaintune.core.records.question import Question
from domaintune.core.scoring.calibration import PARAPHRASED, CalibrationItem, bad_answers, planted_problems
from domaintune.core.sections.evaluation import Language
from domaintune.core.stage.errors import ParamsError
from domaintune.core.stage.params import Params, parse, read_yaml


class CalibrationQuestion(CalibrationItem):
    """A question with its reference, a good answer and what is bad about others."""

    section: ClassVar[str] = "calibration"
    question: str = Field(min_length=1)
    reference: str = Field(min_length=1)
    """What stands for a matched answer."""
    negated: str = Field(min_length=1)
    """The answer with its statements denied."""
    numbers: str = Field(min_length=1)
    """The answer with other numbers."""
    paraphrase: str | None = Field(min_length=1)
    """The answer in other words than the reference's; null: there is none."""


class Calibration(Params):
    """The file of planted questions."""

    section: ClassVar[str] = "calibration"
    padding: dict[Language, str]
    """Long text about something else, put behind a good answer, by language."""
    rows: list[CalibrationQuestion] = Field(min_length=2)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        problems = planted_problems(self.rows)
        if lacking := sorted({row.language for row in self.rows} - set(self.padding)):
            problems.append(f"padding lacks {', '.join(lacking)}")
        if problems:
            raise ValueError("; ".join(problems))
        return self


class KnownPair(NamedTuple):
    """A good and a bad answer to one question."""

    row: CalibrationQuestion
    version: str
    good: str
    bad: str


def read_calibration(path: Path) -> Calibration:
    """Read the planted questions.

    Raises:
        ParamsError: there are none, or they have problems; all of them are named.
    """
    return parse(path, path.stem, Calibration, read_yaml(path))


def known_pairs(calibration: Calibration, languages: Sequence[str]) -> list[KnownPair]:
    """Return every pair in the languages, those of one question together.

    Raises:
        ParamsError: no question is planted in one of them.
    """
    if lacking := sorted(set(languages) - {row.language for row in calibration.rows}):
        raise ParamsError(
            f"catalog/calibration/judge.yaml: rows: none in {', '.join(lacking)}, in which questions are asked. A "
            "judge is tried in the languages it judges in: add two rows or more"
        )
    return [
        known for row in calibration.rows if row.language in languages for known in _of_one(row, calibration)
    ]


def languages_of(asked: Iterable[str], questions: Mapping[str, Question]) -> list[str]:
    """Return the languages of the questions that are asked; all there are where one is in another or says none."""
    found = {questions[name].language for name in asked}
    known: tuple[str, ...] = get_args(Language)
    return sorted(found if found <= set(known) else known)


def _of_one(row: CalibrationQuestion, calibration: Calibration) -> list[KnownPair]:
    bad = {
        **bad_answers(row, calibration.rows),
        "negated": row.negated,
        "numbers": row.numbers,
        "padded": f"{row.answer} {calibration.padding[row.language]}",
    }
    found = [KnownPair(row, version, row.answer, text) for version, text in bad.items()]
    if row.paraphrase:
        found.append(KnownPair(row, PARAPHRASED, row.paraphrase, row.contradicted))
    return found
