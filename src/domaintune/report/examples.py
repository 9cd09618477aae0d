"""Answers of arm and baseline side by side, with the judge's scores and reasons, and where each came from."""

from typing import NamedTuple

import polars as pl

from domaintune.core.records.answer import Answer
from domaintune.core.records.judgment import Judgment
from domaintune.core.records.question import Question
from domaintune.core.stage.files import content_id
from domaintune.report.inputs import Material, Settings


class Side(NamedTuple):
    """An arm's answer, its scores beside another, one an order of presentation, and verdicts on it alone."""

    arm: str
    answer: Answer | None
    scores: list[float]
    single: list[Judgment]


class Example(NamedTuple):
    """A question with each pair of answers and the verdicts on both; without an arm to compare, answers stand alone."""

    question: Question
    pairs: list[tuple[list[Side], list[Judgment]]]
    trace: dict[str, str]
    """Ids by which the question is followed back to the raw record."""


def examples(settings: Settings, material: Material, n: int) -> list[Example]:
    """Return `n` questions with all arms' answers; the same questions for every arm, nobody picked them."""
    answered = {question_id for answers in material.answers.values() for question_id in answers}
    chosen = sorted(answered, key=lambda question_id: (content_id("report", question_id), question_id))[:n]
    baselines = {arm: entry.baseline for arm, entry in sorted(settings.arms.items())}
    shown = [[baseline, arm] for arm, baseline in baselines.items() if arm != baseline]
    return [
        Example(
            material.questions[question_id],
            [_sides(question_id, names, material) for names in shown or [[arm] for arm in baselines]],
            _trace(material.questions[question_id], material),
        )
        for question_id in chosen
    ]


def _sides(question_id: str, names: list[str], material: Material) -> tuple[list[Side], list[Judgment]]:
    verdicts = {
        name: sorted(
            (row for row in material.judgments[name] if row.question_id == question_id),
            key=lambda row: (row.rubric, row.order),
        )
        for name in names
    }
    both = [row for row in verdicts[names[-1]] if row.order != "single"]
    sides = [
        Side(
            name,
            material.answers[name].get(question_id),
            [s.value for row in both for s in row.scores if s.arm == name and "/" not in s.name],
            [row for row in verdicts[name] if row.order == "single"],
        )
        for name in names
    ]
    return sides, both


def _trace(question: Question, material: Material) -> dict[str, str]:
    instruction = _row(material.instructions, question.instruction_id)
    document = _row(material.documents, question.document_id)
    return {
        "instruction": question.instruction_id,
        "request": str(instruction.get("request_id", "")),
        "document": question.document_id,
        "source": str(document.get("source", question.source)),
        "native": str(document.get("native_id", "")),
    }


def _row(frame: pl.DataFrame, row_id: str) -> dict[str, object]:
    found = frame.filter(pl.col("id") == row_id)
    return found.row(0, named=True) if found.height else {}
