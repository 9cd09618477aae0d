"""The data for the page: sources, what was lost and why, whether the accounts balance, splits."""

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any, NamedTuple

import polars as pl

from domaintune.core.sections.sources import QuestionSource, Source
from domaintune.report.inputs import Material, Settings

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


def sources(settings: Settings, material: Material) -> list[Counted]:
    """Return each source of documents."""
    return _counted(settings, material, Source, material.documents, SPLITS)


def question_sources(settings: Settings, material: Material) -> list[Counted]:
    """Return each source of questions."""
    return _counted(settings, material, QuestionSource, material.asked, ASKED)


def _counted(
    settings: Settings, material: Material, kind: type[Source | QuestionSource], rows: pl.DataFrame,
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
