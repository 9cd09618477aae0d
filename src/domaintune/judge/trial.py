"""Calibration of a judge, rubric by rubric: the items, the pairs they make, and what the judge makes of those."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, Self, get_args

from pydantic import Field, model_validator

from domaintune.core.records.judgment import CalibrationPair
from domaintune.core.records.question import Question
from domaintune.core.scoring.asking import prompt_for
from domaintune.core.scoring.calibration import (
    PARAPHRASED,
    CalibrationItem,
    bad_answers,
    item_problems,
    prefers_good,
)
from domaintune.core.scoring.rubric import AnySpec, PairSpec
from domaintune.core.scoring.spec import SingleSpec
from domaintune.core.sections.evaluation import Language, Rubric
from domaintune.core.stage.errors import ParamsError
from domaintune.core.stage.files import content_id
from domaintune.core.stage.params import Params, parse, read_yaml
from domaintune.core.teacher.asking import Asked, Asker, Prompt
from domaintune.judge.verdicts import ask_for, read


class CalibrationQuestion(CalibrationItem):
    """A question with its reference, a good answer and what is bad about others."""

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
    """The file of calibration items."""

    padding: dict[Language, str]
    """Long text about something else, put behind a good answer, by language."""
    rows: list[CalibrationQuestion] = Field(min_length=2)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        problems = item_problems(self.rows)
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
    """Read the calibration items."""
    return parse(path, path.stem, Calibration, read_yaml(path))


def known_pairs(calibration: Calibration, languages: Sequence[str]) -> list[KnownPair]:
    """Return every pair in the languages, those of one question together."""
    if lacking := sorted(set(languages) - {row.language for row in calibration.rows}):
        raise ParamsError(
            f"catalog/calibration/judge.yaml: rows: none in {', '.join(lacking)}, in which questions are asked. A "
            "judge is tried in the languages it judges in: add two rows or more"
        )
    found: list[KnownPair] = []
    for row in (row for row in calibration.rows if row.language in languages):
        bad = bad_answers(row, calibration.rows) | {"negated": row.negated, "numbers": row.numbers}
        bad["padded"] = f"{row.answer} {calibration.padding[row.language]}"
        found += [KnownPair(row, version, row.answer, text) for version, text in bad.items()]
        if row.paraphrase:
            found.append(KnownPair(row, PARAPHRASED, row.paraphrase, row.contradicted))
    return found


def languages_of(asked: Iterable[str], questions: Mapping[str, Question]) -> list[str]:
    """Return the languages of the questions that are asked; all there are where one is in another or says none."""
    found = {questions[name].language for name in asked}
    known: tuple[str, ...] = get_args(Language)
    return sorted(found if found <= set(known) else known)


def try_judge(
    asker: Asker, specs: Mapping[str, AnySpec], rubrics: Mapping[str, Rubric], known: Sequence[KnownPair]
) -> list[CalibrationPair]:
    """Return what the judge made of the pairs by each rubric that says which answer is better.

    A rubric that says only what two answers have in common has none, nor has one that the judge declines altogether.
    """
    found: list[CalibrationPair] = []
    for name, spec in sorted(specs.items()):
        if isinstance(spec, PairSpec) and spec.verdict == "criteria":
            continue
        prompts = [_prompts(spec, rubrics[name], pair) for pair in known]
        answers = ask_for(asker, spec, [prompt for pair in prompts for prompt in pair])
        if any(one.outcome != "needs_model" for one in answers.values()):
            replies = [[answers[prompt.id] for prompt in pair] for pair in prompts]
            found += [_pair(spec, *one) for one in zip(known, replies, strict=True)]
    return found


def _prompts(spec: AnySpec, rubric: Rubric, known: KnownPair) -> list[Prompt]:
    """Return what is asked about a pair: the good answer first and last, or each answer by itself."""
    question, texts = known.row.question, (known.good, known.bad)
    asked = {"question": question, "instruction": question, "input": ""}
    shown = asked | {"matched_answer": known.row.reference}
    if isinstance(spec, SingleSpec):
        answers = [{"answer": text} for text in texts]
    else:
        answers = [dict(zip(("answer_a", "answer_b"), order, strict=True)) for order in (texts, texts[::-1])]
    return [prompt_for(spec, rubric.language, shown | given) for given in answers]


def _pair(spec: AnySpec, known: KnownPair, replies: Sequence[Asked]) -> CalibrationPair:
    if isinstance(spec, SingleSpec):
        told, said = prefers_good(known.version, *(_mean(spec, one) for one in replies))
    else:
        told, said = _side_by_side(spec, known, replies)
    return CalibrationPair(
        id=content_id(spec.name, known.row.name, known.version),
        rubric=spec.name,
        row=known.row.name,
        version=known.version,
        language=known.row.language,
        told_apart=told,
        said=said,
        request_ids=[one.request_id for one in replies],
    )


def _mean(spec: SingleSpec, asked: Asked) -> float | None:
    """Return the mean over criteria, each from 0 to 1 within its own range."""
    if (verdict := read(spec, asked)) is None:
        return None
    given = {score.name: score.value for score in verdict.scores}
    shares = [(given[one.name] - one.lowest) / (one.highest - one.lowest) for one in spec.criteria]
    return sum(shares) / len(shares)


def _side_by_side(spec: PairSpec, known: KnownPair, replies: Sequence[Asked]) -> tuple[bool, str]:
    """Take the good answer as preferred where it is the closer one and not scored lower, in both orders."""
    told, said = [], []
    for asked, (good, bad) in zip(replies, (("A", "B"), ("B", "A")), strict=True):
        if (verdict := read(spec, asked)) is None:
            told.append(False)
            said.append(f"good as {good}: unread")
            continue
        scores: dict[str, float] = {score.side: score.value for score in verdict.scores}
        told.append(verdict.closer == good and scores[good] >= scores[bad])
        closer = {good: "good", bad: known.version}.get(verdict.closer or "", "nothing")
        said.append(f"good as {good}: closer {closer}, scores {scores[good]:.0f} and {scores[bad]:.0f}")
    return all(told), "; ".join(said)
