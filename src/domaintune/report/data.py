"""Rows for the page: sources, what was lost and why, whether the accounts balance, splits, answers side by side."""

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any, NamedTuple

import polars as pl

from domaintune.core.records.judgment import Judgment
from domaintune.core.records.question import Answer, Question
from domaintune.core.sections.sources import QuestionSource, Source
from domaintune.core.stage.files import content_id
from domaintune.report.inputs import Material, ReportSettings

COLUMNS = ("duplicates", "contaminated", "rejected", "failed")
SPLITS = ("train", "validation", "test")
ASKED = (*SPLITS, "benchmark")
FIXED = {"stage", "item", "rows", "in", "kept", *COLUMNS}


class Counted(NamedTuple):
    """A source with the account of its records and how many of its documents or questions each split holds."""

    name: str
    source: Source | QuestionSource
    account: dict[str, Any]
    splits: list[int]


def sources(settings: ReportSettings, material: Material) -> list[Counted]:
    """Return each source of documents."""
    return _counted(settings, material, Source, material.documents, SPLITS)


def question_sources(settings: ReportSettings, material: Material) -> list[Counted]:
    """Return each source of questions."""
    return _counted(settings, material, QuestionSource, material.asked, ASKED)


def _counted(
    settings: ReportSettings, material: Material, kind: type[Source | QuestionSource], rows: pl.DataFrame,
    splits: Sequence[str],
) -> list[Counted]:  # fmt: skip
    counted = rows.group_by("source", "split").agg(n=pl.len())
    held = {(name, split): n for name, split, n in counted.iter_rows()}
    return [
        Counted(
            key,
            source,
            account(material.accounts["ingest", key]),
            [held.get((key, split), 0) for split in splits],
        )
        for key, source in sorted(settings.sources.items())
        if isinstance(source, kind)
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
    return {
        "stage": one["stage"],
        "item": one["item"],
        "rows": one["rows"],
        "in": one["in"],
        "kept": one["kept"],
        "lost": [lost[column] for column in COLUMNS],
        "reasons": sorted(reasons, key=lambda item: (-item[1], item[0])),
        "balance": one["in"] == one["kept"] + sum(lost.values()),
        "notes": [
            (name, value)
            for name, value in sorted(one.items())
            if name not in FIXED and isinstance(value, int | float | str)
        ],
    }


def corpus(material: Material) -> dict[str, Any]:
    """Return sizes of the corpus and of the instruction data by split."""
    documents, instructions = material.documents, material.instructions
    return {
        "documents": documents.height,
        "clusters": documents["cluster"].n_unique(),
        "generated": "generated" in instructions["origin"],
        "characters": int(median(documents["text"].str.len_chars().to_list() or [0])),
        "splits": [
            (
                split,
                documents.filter(pl.col("split") == split).height,
                instructions.filter(pl.col("split") == split).height,
            )
            for split in SPLITS
        ],
        "by_task": [
            (row["task"], row["origin"], row["licence"], row["n"])
            for row in instructions.group_by("task", "origin", "licence")
            .agg(n=pl.len())
            .sort("task", "origin", "licence")
            .iter_rows(named=True)
        ],
    }


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


def examples(settings: ReportSettings, material: Material, n: int) -> list[Example]:
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
