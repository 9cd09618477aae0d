"""Answers of arm and baseline side by side, with the judge's scores and reasons, and where each came from."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from domaintune.core.records.judgment import READ, Judgment
from domaintune.core.records.question import Question
from domaintune.core.stage.files import content_id
from domaintune.report.inputs import Material, Settings
from domaintune.science.comparison.judged import REASONS


def examples(settings: Settings, material: Material, n: int) -> list[dict[str, Any]]:
    """Return `n` questions with all arms' answers; the same questions for every arm, nobody picked them."""
    answered = Counter(question_id for answers in material.answers.values() for question_id in answers)
    chosen = sorted(answered, key=lambda question_id: (content_id("report", question_id), question_id))[:n]
    return [_example(material.questions[question_id], settings, material) for question_id in chosen]


def _example(question: Question, settings: Settings, material: Material) -> dict[str, Any]:
    duels = [
        (arm, settings.arms[arm].baseline)
        for arm in sorted(settings.arms)
        if settings.arms[arm].baseline != arm
    ]
    # Without an arm to compare, the baselines' answers stand alone.
    shown = duels or [(arm, arm) for arm in sorted(settings.arms)]
    return {
        "id": question.id,
        "question": question.asked,
        "options": question.options,
        "matched_answer": question.matched_answer,
        "language": question.language or "en",
        "duels": [_duel(question.id, arm, baseline, material) for arm, baseline in shown],
        "trace": _trace(question, material),
    }


def _duel(question_id: str, arm: str, baseline: str, material: Material) -> dict[str, Any]:
    names = [baseline] if arm == baseline else [baseline, arm]
    rows = [
        row for row in material.judgments[arm] if row.question_id == question_id and row.order != "single"
    ]
    return {
        "arm": arm,
        "baseline": baseline,
        "answers": [
            {
                "arm": name,
                "answer": material.answers[name].get(question_id),
                "scores": _scores(rows, name),
                "single": _single(question_id, name, material),
            }
            for name in names
        ],
        "verdicts": [_verdict(row) for row in sorted(rows, key=lambda row: (row.rubric, row.order))],
    }


def _single(question_id: str, arm: str, material: Material) -> list[dict[str, Any]]:
    """Return the verdicts that saw the arm's answer alone."""
    rows = [
        row for row in material.judgments[arm] if row.question_id == question_id and row.order == "single"
    ]
    return [_verdict(row) for row in sorted(rows, key=lambda row: row.rubric)]


def _scores(rows: Sequence[Judgment], arm: str) -> list[float]:
    """Return the arm's scores, one an order of presentation."""
    return [
        score.value
        for row in sorted(rows, key=lambda row: (row.rubric, row.order))
        for score in row.scores
        if score.arm == arm and "/" not in score.name
    ]


def _verdict(row: Judgment) -> dict[str, Any]:
    read = row.outcome in READ
    return {
        "rubric": row.rubric,
        "order": row.order.replace("_", " "),
        "choice": row.choice,
        "read": read,
        "outcome": REASONS.get(row.outcome, row.outcome),
        "reason": row.reason,
        "scores": [(score.name, score.arm, score.value) for score in row.scores if read],
        "request_id": row.request_id,
    }


def _trace(question: Question, material: Material) -> dict[str, str]:
    """Return the ids by which the question is followed back to the raw record."""
    instruction = _row(material, "instructions", question.instruction_id)
    document = _row(material, "documents", question.document_id)
    return {
        "instruction": question.instruction_id,
        "request": str(instruction.get("request_id", "")),
        "document": question.document_id,
        "source": str(document.get("source", question.source)),
        "native": str(document.get("native_id", "")),
    }


def _row(material: Material, table: str, row_id: str) -> dict[str, Any]:
    frame = material.documents if table == "documents" else material.instructions
    found = frame.filter(frame["id"] == row_id)
    return found.row(0, named=True) if found.height else {}
