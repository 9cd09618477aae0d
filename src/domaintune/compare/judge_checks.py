"""What is known of the judge by rubric: calibration pairs, its verdicts, people's choices, and whose model it is."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from domaintune.compare import judge_measures as measures
from domaintune.compare.inputs import Inputs
from domaintune.compare.judge_narrative import in_words, warnings
from domaintune.compare.scores import sort_out
from domaintune.core.frames import read_records
from domaintune.core.records.judgment import CONTRADICTION, READ, CalibrationPair, Judgment
from domaintune.core.sections.arms import Arm
from domaintune.core.stage.errors import InputError
from domaintune.science.comparison.judge import Calibration, Judge, RubricJudge, ToldApart, WithPeople

Labels = Mapping[tuple[str, str, str], str]
"""(question, arm, baseline) → arm, baseline or nothing, as a person chose."""
COLUMNS = {"question_id", "arm", "baseline", "choice"}
CHOICES = ("arm", "baseline", "nothing")
OFFLINE = ("extractive", "recorded", "token_f1", "embedding", "heuristic")


class Judging(NamedTuple):
    """What the judge left beside its judgments, people's choices, and who the models are."""

    calibration: list[CalibrationPair]
    repeats: list[Judgment]
    labels: Labels
    values: Mapping[str, Any]
    """Sections of params.yaml: judge, grade, gradings, teacher, tasks, models."""


def read_judging(judgments: Path, labels: Path, arms: Iterable[str], values: Mapping[str, Any]) -> Judging:
    """Read it. Every arm's judge was asked the same calibration pairs, so they are taken once."""
    folders = [judgments / arm for arm in sorted(arms)]
    pairs = {
        row.id: row for own in folders for row in read_records(own / "calibration.parquet", CalibrationPair)
    }
    again = [row for own in folders for row in read_records(own / "repeats.parquet", Judgment)]
    given = values["judge"]["labels"]
    people = read_labels(labels / Path(given).name) if given else {}
    return Judging([pairs[name] for name in sorted(pairs)], again, people, values)


def read_labels(path: Path) -> dict[tuple[str, str, str], str]:
    """Read people's choices: a CSV with the columns question_id, arm, baseline and choice, a question once."""
    try:
        table = pl.read_csv(path, infer_schema=False)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise InputError(f"judge.labels: {path}: expected a CSV in UTF-8, got {error}") from error
    if lacking := sorted(COLUMNS - set(table.columns)):
        raise InputError(f"judge.labels: {path}: lacks the columns {lacking}; see labels/README.md")
    found: dict[tuple[str, str, str], str] = {}
    for row in table.iter_rows(named=True):
        key = row["question_id"], row["arm"], row["baseline"]
        if row["choice"] not in CHOICES or key in found:
            what = "stands twice" if key in found else f"choice: expected one of {', '.join(CHOICES)}"
            raise InputError(f"judge.labels: {path}: question {key[0]} of {key[1]}: {what}")
        found[key] = row["choice"]
    return found


def about_judge(inputs: Inputs, judging: Judging) -> Judge:
    """Return what is known of the judge by rubric, its warnings, and whom it is the same model as."""
    rows = [row for own in inputs.judgments.values() for row in own]
    asked = {(row.question_id, row.arm, row.baseline) for row in rows if row.order != "single"}
    if stray := sorted(set(judging.labels) - asked):
        question, arm, baseline = stray[0]
        raise InputError(
            f"judge.labels: {len(stray)} of {len(judging.labels)} labels belong to no pair of answers that was judged, "
            f"e.g. question {question} of {arm} against {baseline}. Look for misspelt arms, or take them out."
        )
    rubrics = sorted({row.rubric for row in rows})
    known = {rubric: _of_rubric(rubric, rows, inputs, judging) for rubric in rubrics}
    return Judge(
        model=judging.values["judge"]["model"]["model"],
        rubrics=known,
        same_model=same_model(judging.values, inputs.arms) if rows else [],
        warnings=[text for one in known.values() for text in one.warnings],
    )


def kappa(rows: Iterable[Judgment], labels: Labels) -> WithPeople | None:
    """Return Cohen's kappa of the judge's choices with people's, and how often each says what; None without any.

    A question whose two orders name different winners is one the judge decides for nobody.
    """
    said: defaultdict[tuple[str, str, str], set[str]] = defaultdict(set)
    for row in rows:
        if row.choice:
            who = {row.arm: "arm", row.baseline: "baseline"}.get(row.choice, "nothing")
            said[row.question_id, row.arm, row.baseline].add(who)
    both = [
        (labels[key], next(iter(who)) if len(who) == 1 else "nothing")
        for key, who in sorted(said.items())
        if key in labels
    ]
    if not both:
        return None
    people, judge = (Counter(side) for side in zip(*both, strict=True))
    n = len(both)
    observed = sum(a == b for a, b in both) / n
    expected = sum(people[name] * judge[name] for name in people) / n**2
    kappa = (observed - expected) / (1 - expected) if expected < 1 else None
    return WithPeople(n, observed, kappa, dict(sorted(people.items())), dict(sorted(judge.items())))


def same_model(values: Mapping[str, Any], arms: Mapping[str, Arm]) -> list[str]:
    """Say where the judge is the model that taught, graded or answered: models prefer texts of their own.

    Source: Panickssery et al. 2024, arXiv:2404.13076 (self-preference).
    """
    judge, models = values["judge"]["model"], values["models"]
    asked = [
        ("the teacher", values["teacher"], values["tasks"]),
        ("the grader of training rows", values["grade"]["model"], values["gradings"]),
    ]
    others = [(role, one["model"]) for role, one, used in asked if used and one["backend"] not in OFFLINE]
    for name, arm in sorted(arms.items()):
        entry = models.get(arm.model, {})
        model = arm.endpoint.model if arm.endpoint else entry.get("repo_id") or entry.get("path") or ""
        others.append((f"arm {name}", model))
    return [
        f"The judge, {judge['model']}, is also {role}: models prefer texts of their own."
        for role, model in others
        if model.casefold() == judge["model"].casefold() and judge["backend"] not in OFFLINE
    ]


def _of_rubric(rubric: str, judgments: Sequence[Judgment], inputs: Inputs, judging: Judging) -> RubricJudge:
    alpha, rows = inputs.comparing.alpha, [row for row in judgments if row.rubric == rubric]
    read = [row for row in rows if row.outcome in READ and row.scores]
    used = sort_out(rows, {rubric: {row.order for row in rows}})[0]
    couples = measures.both_orders(read)
    found = RubricJudge(
        judgments=len(rows),
        declined=sum(row.outcome == "needs_model" for row in rows),
        calibration=_calibration([pair for pair in judging.calibration if pair.rubric == rubric]),
        orders=measures.agreement_of_orders(couples),
        first_place=measures.first_place(couples, alpha, inputs.clusters),
        constancy=measures.constancy(read),
        contradictory=sum(CONTRADICTION in row.detail for row in rows),
        length=measures.length_preference(used, inputs.answers, inputs.clusters),
        length_controlled=measures.length_controlled(used, inputs.answers),
        repeats=measures.repeats(read, [row for row in judging.repeats if row.rubric == rubric]),
        labels=kappa(used, judging.labels),
        warnings=[],
        in_words="",
    )
    return found._replace(warnings=warnings(rubric, found, alpha), in_words=in_words(found))


def _calibration(pairs: Sequence[CalibrationPair]) -> Calibration | None:
    """Return the share told apart: of all, by fault of the bad answer, and by language."""

    def told_apart(of: Sequence[CalibrationPair]) -> ToldApart:
        return ToldApart(len(of), sum(one.told_apart for one in of))

    def by(name: str) -> dict[str, ToldApart]:
        found = dict.fromkeys(getattr(one, name) for one in pairs)
        return {each: told_apart([one for one in pairs if getattr(one, name) == each]) for each in found}

    return Calibration(told_apart(pairs), by("version"), by("language")) if pairs else None
