"""Answers and judgments by arm, and the categories each was trained on, from the folders that params.yaml names."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from domaintune.compare.params import Comparing
from domaintune.core.frames import read_records
from domaintune.core.records.judgment import Judgment
from domaintune.core.records.question import Answer, Question
from domaintune.core.scoring.spec import MEAN, SingleSpec, read_single_spec
from domaintune.core.sections.arms import Arm
from domaintune.core.sections.evaluation import Answering, Rubric
from domaintune.core.stage.errors import InputError
from domaintune.core.stage.files import check_owned, read_json
from domaintune.core.stage.params import read_yaml


class Seen(NamedTuple):
    """Categories an arm has seen in training, and those its questions are pooled by."""

    categories: frozenset[str] | None
    """Of the arm's training rows; None where they are not known."""
    pooled: frozenset[str] | None
    """The same, but of an untrained arm what the trained ones have seen: its pooled means stand beside theirs."""


class CompareSettings(NamedTuple):
    """The parameters a comparison depends on."""

    arms: Mapping[str, Arm]
    rubrics: Mapping[str, Rubric]
    answering: Answering
    comparing: Comparing


class CompareFolders(NamedTuple):
    """Where they lie."""

    questions: Path
    answers: Path
    judgments: Path
    rubrics: Path
    """The rubrics' specs."""
    mixtures: Path
    """What the arms were trained on."""


class Inputs(NamedTuple):
    """Answers by arm and question id, judgments by arm, questions by id, specs of single answers by rubric, and by arm
    what it was trained on and the categories it has seen."""

    questions: dict[str, Question]
    answers: dict[str, dict[str, Answer]]
    judgments: dict[str, list[Judgment]]
    specs: dict[str, SingleSpec]
    mixtures: dict[str, dict[str, Any]]
    seen: dict[str, Seen]
    scales: dict[tuple[str, str], tuple[float, float]]
    """Rubric and criterion → lowest and highest score."""

    @property
    def clusters(self) -> dict[str, str]:
        """Return what each question is not independent of."""
        return {name: question.cluster for name, question in self.questions.items()}


def read_inputs(settings: CompareSettings, folders: CompareFolders) -> Inputs:
    """Read what belongs to the arms.

    Raises:
        InputError: a file is missing or broken, a folder belongs to no arm, or an arm answered
            other questions than the parameters say.
        ParamsError: a rubric's spec is missing or has problems.
    """
    arms = sorted(settings.arms)
    check_owned(folders.answers, arms, "arms")
    check_owned(folders.judgments, arms, "arms")
    mixtures = read_mixtures(folders.mixtures, settings.arms)
    specs = {
        name: read_single_spec(folders.rubrics, name)
        for name, rubric in settings.rubrics.items()
        if rubric.single
    }
    inputs = Inputs(
        {row.id: row for row in read_records(folders.questions, Question)},
        {arm: _answers(folders.answers / arm / "answers.parquet") for arm in arms},
        {arm: read_records(folders.judgments / arm / "judgments.parquet", Judgment) for arm in arms},
        specs,
        mixtures,
        seen_by(settings.arms, mixtures),
        _scales(settings, folders.rubrics, specs),
    )
    _check_split(inputs, settings.answering.questions.from_)
    _check_judged(settings, inputs)
    return inputs


def _scales(
    settings: CompareSettings, folder: Path, specs: Mapping[str, SingleSpec]
) -> dict[tuple[str, str], tuple[float, float]]:
    """Return each criterion's ends."""
    ends: dict[tuple[str, str], tuple[float, float]] = {}
    for name, spec in specs.items():
        ends |= {(name, one.name): (one.lowest, one.highest) for one in spec.criteria}
        if spec.one_range:
            ends[name, MEAN] = (spec.criteria[0].lowest, spec.criteria[0].highest)
    for name in sorted(set(settings.rubrics) - set(specs)):
        pairwise = read_yaml(folder / f"{name}.yaml")
        scale = pairwise["scale"]
        ends |= {(name, one["name"]): (min(scale), max(scale)) for one in pairwise["criteria"]}
    return ends


def _check_judged(settings: CompareSettings, inputs: Inputs) -> None:
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


def read_mixtures(folder: Path, arms: Mapping[str, Arm]) -> dict[str, dict[str, Any]]:
    """Return what each arm was trained on, as `mix` wrote it down.

    Raises:
        InputError: a file is missing or broken, or a folder belongs to no arm.
    """
    check_owned(folder, arms, "arms")
    return {name: read_json(folder / name / "mixture.json") for name in sorted(arms)}


def seen_by(arms: Mapping[str, Arm], mixtures: Mapping[str, Mapping[str, Any]]) -> dict[str, Seen]:
    """Return what each arm has seen.

    An untrained arm has seen nothing; its questions are pooled by all that any trained arm has seen, and not pooled
    where that is known of none. Of a served arm nothing is known, nor of one with a training row that carries no
    category.
    """
    own = {name: _trained_on(arm, mixtures[name]) for name, arm in arms.items()}
    known = [found for name, found in own.items() if found is not None and mixtures[name]["trained"]]
    together = frozenset[str]().union(*known) if known else None
    return {name: Seen(found, together if found == frozenset() else found) for name, found in own.items()}


def _trained_on(arm: Arm, mixture: Mapping[str, Any]) -> frozenset[str] | None:
    if arm.endpoint is not None:
        return None
    if not mixture["trained"]:
        return frozenset()
    return None if mixture["uncategorised"] else frozenset(mixture["categories"])
