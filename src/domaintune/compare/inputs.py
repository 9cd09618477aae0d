"""Answers and judgments by arm, and the categories each was trained on, from the folders that params.yaml names."""

from collections.abc import Iterable, Mapping
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
from domaintune.science.comparison.tree import Origin

WHAT = {"documents": "documents", "sets": "rows of sets", "both": "documents and rows of sets"}
FROM = {"train": "the tuned arms were trained on", "test": "no arm was tuned on"}
WITH = {"none": "without the document", "document": "with the document in front of them"}


class Seen(NamedTuple):
    """Categories an arm has seen in training, and those its questions are pooled by."""

    categories: frozenset[str] | None
    """Of the arm's training rows; None where they are not known."""
    pooled: frozenset[str] | None
    """The same, but of an untrained arm what the trained ones have seen: its pooled means stand beside theirs."""


class Inputs(NamedTuple):
    """The parameters a comparison depends on, and what it compares."""

    arms: Mapping[str, Arm]
    rubrics: Mapping[str, Rubric]
    answering: Answering
    comparing: Comparing
    questions: dict[str, Question]
    answers: dict[str, dict[str, Answer]]
    """By arm and question."""
    judgments: dict[str, list[Judgment]]
    specs: dict[str, SingleSpec]
    """Of the rubrics that score single answers, sorted by name."""
    mixtures: dict[str, dict[str, Any]]
    """What each arm was trained on."""
    seen: dict[str, Seen]
    scales: dict[tuple[str, str], tuple[float, float]]
    """Rubric and criterion → lowest and highest score."""

    @property
    def clusters(self) -> dict[str, str]:
        """Return what each question is not independent of."""
        return {name: question.cluster for name, question in self.questions.items()}

    @property
    def baselines(self) -> dict[str, str]:
        """Return arm → baseline, of the arms that are not their own; sorted."""
        return {name: arm.baseline for name, arm in sorted(self.arms.items()) if arm.baseline != name}

    def judged(self, arm: str, rubric: str) -> list[Judgment]:
        """Return an arm's judgments by one rubric."""
        return [row for row in self.judgments[arm] if row.rubric == rubric]

    def origin(self, questions: Iterable[str]) -> Origin:
        """Tell what questions are from; a question about a document holds its text."""
        kinds = {bool(self.questions[name].context) for name in questions}
        return "both" if len(kinds) > 1 else "sets" if kinds == {False} else "documents"

    def asked_in_words(self, origin: Origin, how_many: str = "questions") -> str:
        """Say how many questions of which kind, e.g. "40 questions from … (recall)"."""
        questions = self.answering.questions
        measure = self.answering.measures().replace("_", " of ")
        asked = "as they stand" if origin == "sets" else WITH[questions.context]
        return f"{how_many} from {WHAT[origin]} {FROM[questions.from_]}, asked {asked} ({measure})"


def read_inputs(
    arms: Mapping[str, Arm], rubrics: Mapping[str, Rubric], answering: Answering, comparing: Comparing, *,
    questions: Path, answers: Path, judgments: Path, specs: Path, mixtures: Path,
) -> Inputs:  # fmt: skip
    """Read what belongs to the arms; each must have answered the questions that the parameters say."""
    names = sorted(arms)
    for folder in (answers, judgments, mixtures):
        check_owned(folder, names, "arms")
    trained = {arm: read_json(mixtures / arm / "mixture.json") for arm in names}
    single = {
        name: read_single_spec(specs, name) for name, rubric in sorted(rubrics.items()) if rubric.single
    }
    answered = {arm: read_records(answers / arm / "answers.parquet", Answer) for arm in names}
    inputs = Inputs(
        arms,
        rubrics,
        answering,
        comparing,
        {row.id: row for row in read_records(questions, Question)},
        {arm: {row.question_id: row for row in rows} for arm, rows in answered.items()},
        {arm: read_records(judgments / arm / "judgments.parquet", Judgment) for arm in names},
        single,
        trained,
        _seen_by(arms, trained),
        _scales(rubrics, specs, single),
    )
    _check(inputs)
    return inputs


def _scales(
    rubrics: Mapping[str, Rubric], folder: Path, specs: Mapping[str, SingleSpec]
) -> dict[tuple[str, str], tuple[float, float]]:
    ends: dict[tuple[str, str], tuple[float, float]] = {}
    for name, spec in specs.items():
        ends |= {(name, one.name): (one.lowest, one.highest) for one in spec.criteria}
        if spec.one_range:
            ends[name, MEAN] = (spec.criteria[0].lowest, spec.criteria[0].highest)
    for name in sorted(set(rubrics) - set(specs)):
        pairwise = read_yaml(folder / f"{name}.yaml")
        scale = pairwise["scale"]
        ends |= {(name, one["name"]): (min(scale), max(scale)) for one in pairwise["criteria"]}
    return ends


def _check(inputs: Inputs) -> None:
    split = inputs.answering.questions.from_
    for arm, rows in inputs.judgments.items():
        if unknown := sorted({row.rubric for row in rows} - set(inputs.rubrics)):
            raise InputError(
                f"{arm} has judgments of {', '.join(unknown)}, which params.yaml: rubrics does not name. They are "
                "older than the parameters: run `dvc repro compare`."
            )
        for question_id in inputs.answers[arm]:
            question = inputs.questions.get(question_id)
            if question is None or question.split != split:
                found = "is not in the questions table" if question is None else f"is from {question.split}"
                raise InputError(
                    f"{arm} answered question {question_id}, which {found}; answer.questions.from is {split}."
                    " The answers are older than the questions or the parameters: run `dvc repro compare`."
                )


def _seen_by(arms: Mapping[str, Arm], mixtures: Mapping[str, Mapping[str, Any]]) -> dict[str, Seen]:
    """Return what each arm has seen.

    An untrained arm has seen nothing; its questions are pooled by all that any trained arm has seen, and not pooled
    where that is known of none. Of a served arm nothing is known, nor of one with a training row that carries no
    category.
    """
    trained = {name for name in arms if mixtures[name]["trained"]}
    own = {
        name: frozenset[str](mixtures[name]["categories"] if name in trained else ())
        for name, arm in arms.items()
        if arm.endpoint is None and not (name in trained and mixtures[name]["uncategorised"])
    }
    known = [own[name] for name in trained & set(own)]
    together = frozenset[str]().union(*known) if known else None
    return {
        name: Seen(own.get(name), own.get(name) if own.get(name) != frozenset() else together)
        for name in arms
    }
