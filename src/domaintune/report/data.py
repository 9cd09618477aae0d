"""On what: sources, what was lost and why, whether the books balance, agreement, expectations, splits."""

from collections.abc import Mapping
from statistics import median
from typing import Any

import polars as pl

from domaintune.core.sections.sources import QuestionSource, Source
from domaintune.report.inputs import Material, Settings

COLUMNS = ("duplicates", "contaminated", "rejected", "failed")
SPLITS = ("train", "validation", "test")
ASKED = (*SPLITS, "benchmark")
FIXED = {"stage", "item", "rows", "in", "kept", *COLUMNS}


def sources(settings: Settings, material: Material) -> list[dict[str, Any]]:
    """Return each source of documents with its licence, its counts, and how many of them each split holds."""
    splits = _by_split(material.documents)
    return [
        {
            "name": key,
            "path": source.path,
            "licence": source.licence,
            "language": source.language,
            "agency": source.agency or "all",
            "books": book(material.books["ingest", key]),
            "splits": [splits.get((key, split), 0) for split in SPLITS],
        }
        for key, source in sorted(settings.sources.items())
        if isinstance(source, Source)
    ]


def question_sources(settings: Settings, material: Material) -> list[dict[str, Any]]:
    """Return each source of questions: what it is for, its counts, and how many questions each split holds."""
    splits = _by_split(material.asked)
    return [
        {
            "name": key,
            "path": source.dataset or source.path,
            "licence": source.licence,
            "language": source.language,
            "use": source.use,
            "books": book(material.books["ingest", key]),
            "splits": [splits.get((key, split), 0) for split in ASKED],
        }
        for key, source in sorted(settings.sources.items())
        if isinstance(source, QuestionSource)
    ]


def accounts(material: Material) -> list[dict[str, Any]]:
    """Return the books of every stage and item in the order of the pipeline, parts after their whole."""
    rows = []
    for books in material.books.values():
        rows.append(book(books))
        rows += [book(part) for part in books.values() if isinstance(part, dict) and "kept" in part]
    return rows


def book(books: Mapping[str, Any]) -> dict[str, Any]:
    """Return one account: what came in, what was kept, what was lost by column and reason."""
    lost = {column: sum(books[column].values()) for column in COLUMNS}
    reasons = [(r, n) for column in COLUMNS for r, n in books[column].items()]
    return {
        "stage": books["stage"],
        "item": books["item"],
        "rows": books["rows"],
        "in": books["in"],
        "kept": books["kept"],
        "lost": [lost[column] for column in COLUMNS],
        "reasons": sorted(reasons, key=lambda item: (-item[1], item[0])),
        "balance": books["in"] == books["kept"] + sum(lost.values()),
        "notes": [
            (name, value)
            for name, value in sorted(books.items())
            if name not in FIXED and isinstance(value, int | float | str)
        ],
    }


def _by_split(rows: pl.DataFrame) -> dict[tuple[str, str], int]:
    counted = rows.group_by("source", "split").agg(n=pl.len())
    return {(row["source"], row["split"]): row["n"] for row in counted.iter_rows(named=True)}


def agreement(material: Material) -> list[dict[str, Any]]:
    """Return each reference with its agreement per field."""
    return [{"name": key, **found} for key, found in material.agreement.items()]


def validation(material: Material) -> list[dict[str, Any]]:
    """Return each table's suite: rows, expectations, and those that some rows break."""
    return [
        {
            "name": key,
            "suite": found["suite"],
            "passed": found["passed"],
            "rows": found["rows"],
            "expectations": len(found["expectations"]),
            "broken_by_some": [one for one in found["expectations"] if one["unexpected"]],
        }
        for key, found in material.validation.items()
    ]


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
