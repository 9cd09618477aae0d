"""What the page tells of sources, losses and whether accounts balance, splits, mixtures, and answers side by side."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

import polars as pl

from domaintune.core.records.judgment import Judgment
from domaintune.core.records.question import Question
from domaintune.core.sections.arms import ArmGrades, Mixture
from domaintune.core.sections.sources import QuestionSource, Source
from domaintune.core.stage.accounting import Reject
from domaintune.core.stage.files import content_id
from domaintune.report.inputs import Material

COLUMNS = ("duplicates", "contaminated", "rejected", "failed")
SPLITS = ("train", "validation", "test")
ASKED = (*SPLITS, "benchmark")
PAID = ("answers_used", "prompt_tokens", "completion_tokens")
FIXED = {"stage", "item", "rows", "in", "kept", *COLUMNS}
SHOWN = 100  # contaminated rows that are listed; all are in rejects.parquet
EXCERPT = 160  # characters


def sources(
    material: Material, kind: type[Source | QuestionSource], rows: pl.DataFrame, splits: Sequence[str]
) -> list[dict[str, Any]]:
    """Return each source of a kind with its account, and how many of the `rows` each split holds."""
    counted = rows.group_by("source", "split").agg(n=pl.len())
    held = {(name, split): n for name, split, n in counted.iter_rows()}
    return [
        {
            "name": key,
            "source": one,
            "account": account(material.accounts["ingest", key]),
            "splits": [held.get((key, split), 0) for split in splits],
        }
        for key, one in sorted(material.sources.items())
        if isinstance(one, kind)
    ]


def accounts(material: Material) -> list[dict[str, Any]]:
    """Return the account of every stage and item in the order of the pipeline, parts after their whole."""
    rows = []
    for one in material.accounts.values():
        rows.append(account(one))
        rows += [account(part) for part in one.values() if isinstance(part, dict) and "kept" in part]
    return rows


def account(one: Mapping[str, Any]) -> dict[str, Any]:
    """Return one account: what came in, what was kept, what was lost by column and reason."""
    lost = {column: sum(one[column].values()) for column in COLUMNS}
    reasons = [(r, n) for column in COLUMNS for r, n in one[column].items()]
    return {name: one[name] for name in ("stage", "item", "rows", "in", "kept")} | {
        "lost": list(lost.values()),
        "reasons": sorted(reasons, key=lambda item: (-item[1], item[0])),
        "paid": [one.get(name, 0) for name in PAID] if PAID[0] in one else None,
        "balance": one["in"] == one["kept"] + sum(lost.values()),
        "notes": [
            (name, value)
            for name, value in sorted(one.items())
            if name not in FIXED and isinstance(value, int | float | str)
        ],
    }


def contaminated(rows: Sequence[Reject]) -> dict[str, Any]:
    """Return how many rows were kept out of training for which reason, and the first of them."""
    reasons = Counter(row.reason for row in rows)
    listed = sorted(rows, key=lambda row: (row.reason, row.id))[:SHOWN]
    return {
        "n": len(rows),
        "reasons": sorted(reasons.items(), key=lambda item: (-item[1], item[0])),
        "rows": [
            {"id": row.id, "reason": row.reason, "detail": row.detail, "text": _excerpt(row.row)} for row in listed
        ],
    }  # fmt: skip


def _excerpt(row: str) -> str:
    """Return the beginning of what a lost row asked; the row may have been cut and not be JSON any more."""
    try:
        text = str(json.loads(row).get("input") or "")
    except (json.JSONDecodeError, AttributeError):
        text = row
    text = " ".join(text.split())
    return text if len(text) <= EXCERPT else text[:EXCERPT] + " …"


def corpus(material: Material) -> dict[str, Any]:
    """Return sizes of the corpus and of the instruction data by split."""
    documents, instructions, by = material.documents, material.instructions, ("task", "origin", "licence")
    return {
        "documents": documents.height,
        "clusters": documents["cluster"].n_unique(),
        "generated": "generated" in instructions["origin"],
        "characters": int(median(documents["text"].str.len_chars().to_list() or [0])),
        "splits": [
            (split, *(frame.filter(split=split).height for frame in (documents, instructions)))
            for split in SPLITS
        ],
        "by_task": instructions.group_by(by).agg(n=pl.len()).sort(by).rows(),
    }


def examples(material: Material, n: int) -> list[dict[str, Any]]:
    """Return `n` questions, the same for every arm, with each pair of answers, or answers alone, and the verdicts."""
    answered = {question_id for answers in material.answers.values() for question_id in answers}
    chosen = sorted(answered, key=lambda question_id: (content_id("report", question_id), question_id))[:n]
    baselines = {arm: entry.baseline for arm, entry in sorted(material.arms.items())}
    shown = [[baseline, arm] for arm, baseline in baselines.items() if arm != baseline]
    return [
        {
            "question": material.questions[question_id],
            "pairs": [
                _sides(question_id, names, material) for names in shown or [[arm] for arm in baselines]
            ],
            "trace": _trace(material.questions[question_id], material),
        }
        for question_id in chosen
    ]


def _sides(
    question_id: str, names: list[str], material: Material
) -> tuple[list[dict[str, Any]], list[Judgment]]:
    """Return the arms' answers with their scores and the verdicts on them alone; and the verdicts on both."""
    verdicts = {
        name: sorted(
            (row for row in material.judgments[name] if row.question_id == question_id),
            key=lambda row: (row.rubric, row.order),
        )
        for name in names
    }
    both = [row for row in verdicts[names[-1]] if row.order != "single"]
    sides = [
        {
            "arm": name,
            "answer": material.answers[name].get(question_id),
            "scores": [s.value for row in both for s in row.scores if s.arm == name and "/" not in s.name],
            "single": [row for row in verdicts[name] if row.order == "single"],
        }
        for name in names
    ]
    return sides, both


def _trace(question: Question, material: Material) -> dict[str, str]:
    def row(frame: pl.DataFrame, row_id: str) -> dict[str, object]:
        return next(frame.filter(id=row_id).iter_rows(named=True), {})

    instruction = row(material.instructions, question.instruction_id)
    document = row(material.documents, question.document_id)
    return {
        "instruction": question.instruction_id,
        "request": str(instruction.get("request_id", "")),
        "document": question.document_id,
        "source": str(document.get("source", question.source)),
        "native": str(document.get("native_id", "")),
    }


def mixture_in_words(mixture: Mixture | None) -> str:
    """Say what an arm is trained on: all that tells one arm's rows from another's."""
    if mixture is None:
        return "not trained"
    caps = [f"at most {most:,} of {task}" for task, most in mixture.caps.items()]
    weights = [f"{task} × {weight:g}" for task, weight in mixture.weights.items()]
    shares = [f"{_percent(share)} {language}" for language, share in (mixture.languages or {}).items()]
    if mixture.balance is not None:
        shares[-1] += f" of the {mixture.balance}"
    graded = [f"rows: {mixture.rows}", *_graded(mixture.grades)] if mixture.grades else []
    parts = [mixture.groups, graded, caps, weights, shares]
    return "; ".join(", ".join(part) for part in parts if part)


def _graded(grades: ArmGrades) -> list[str]:
    told = [f"grades: {grades.by} of {grades.grading}", grades.use]
    if grades.at_least is not None:
        told.append(f"at least {grades.at_least:g}")
    if grades.top is not None:
        told.append(f"the best {_percent(grades.top)}")
    if grades.random_draw is not None:
        told.append(f"instead draw {grades.random_draw} by chance with as many tokens")
    for band, lowest in sorted(grades.bands.items(), key=lambda item: item[1]):
        told.append(f"{band} from {lowest:g}{f' × {grades.times[band]:g}' if band in grades.times else ''}")
    if grades.control_prefix is not None:
        told.append(f"told as “{grades.control_prefix}”")
    return told


def _percent(share: float) -> str:
    return f"{100 * share:.4g} %"
