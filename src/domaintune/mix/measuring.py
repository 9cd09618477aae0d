"""What an arm's rows came to: counts, shares, categories, and what the grades did."""

from collections.abc import Iterable, Sequence
from typing import Any

from domaintune.core.sections.arms import Mixture
from domaintune.mix.bands import band_of
from domaintune.mix.mixing import REPEAT, SPLITS, Mixed, Row
from domaintune.mix.selecting import best_of, candidates, tokens_of


def summary(mixed: Mixed) -> dict[str, Any]:
    """Count rows and tokens by split, their shares by task and language, and the licences of what is trained on.

    `categories` are of training rows only: what a set calls the kind of task, or the field a row was made from;
    `uncategorised` are the training rows of which neither is known.
    """
    train = _train(mixed)
    counts = {
        split: _counts((row, done) for row, done in mixed.rows if row.split == split) for split in SPLITS
    }
    categories = _shares(train, [row.category for row, _ in train])
    return {
        **counts,
        "shares": {
            "tasks": _shares(train, [row.task for row, _ in train]),
            "languages": _shares(train, [row.language for row, _ in train]),
        },
        "categories": {
            name: {"rows": one["rows"], "tokens": one["tokens"]} for name, one in categories.items() if name
        },
        "uncategorised": sum(not row.category for row, _ in train),
        "licences": sorted({row.licence for row, _ in mixed.rows}),
        "longest": max(len(done.input_ids) for _, done in mixed.rows),
    }


def graded_summary(mixture: Mixture, mixed: Mixed) -> dict[str, Any]:
    """Return what came of the grades, measured on the training rows.

    It depends on the grades themselves, not only on the rows they chose, so it stands in the metrics: grades that
    choose the same rows must not train again.

    `candidates`: rows before any rule. `mean`: of the grades, by row. `tokens`: of the graded rows, as the filter
    chooses them and, for a draw, as chance did. Empty for an arm without grades.
    """
    grades, values = mixture.grades, mixed.known.values
    if grades is None:
        return {}
    train = _train(mixed)
    trained = [_own_id(row.id) for row, _ in train]
    shares = _shares(train, ["graded" if name in values else "ungraded" for name in trained])
    graded = [name for name in mixed.candidates if name in values]
    measured: dict[str, Any] = {
        "candidates": {"graded": len(graded), "ungraded": len(mixed.candidates) - len(graded)},
        "shares": shares,
        "mean": {
            "candidates": _mean([values[name] for name in graded]),
            "trained": _mean([values[name] for name in trained if name in values]),
        },
    }
    if grades.bands:
        inside = [(pair, name) for pair, name in zip(train, trained, strict=True) if name in values]
        names = [band_of(values[name], grades.bands) for _, name in inside]
        measured["band_shares"] = _shares([pair for pair, _ in inside], names)
    if grades.use == "filter":
        reached = shares["graded"]["tokens"] if "graded" in shares else 0
        measured["tokens"] = {"filter": reached}
    if grades.chance is not None:
        own = [name for name in candidates(mixed.candidates, mixture, values) if name in values]
        best = int(tokens_of(best_of(own, grades, mixed.known), mixed.known))
        measured["tokens"] = {"filter": best, "chance": reached}
    return measured


def _train(mixed: Mixed) -> list[Row]:
    return [(row, done) for row, done in mixed.rows if row.split == "train"]


def _own_id(name: str) -> str:
    """Return the id of the row that a repeated one is."""
    return name.partition(REPEAT)[0]


def _mean(values: Sequence[float]) -> float | None:
    return round(sum(values) / len(values), 6) if values else None


def _counts(rows: Iterable[Row]) -> dict[str, int]:
    rendered = [done for _, done in rows]
    return {
        "rows": len(rendered),
        "tokens": sum(len(done.input_ids) for done in rendered),
        "answer_tokens": sum(done.answer_tokens for done in rendered),
    }


def _shares(rows: Sequence[Row], names: Sequence[str]) -> dict[str, dict[str, float]]:
    """Return rows and tokens of each name, and their shares (0–1) of all."""
    total = _counts(rows)
    shares: dict[str, dict[str, float]] = {}
    for name in sorted(set(names)):
        own = _counts(row for row, its in zip(rows, names, strict=True) if its == name)
        shares[name] = {
            **own,
            "row_share": round(own["rows"] / total["rows"], 6),
            "token_share": round(own["tokens"] / total["tokens"], 6),
        }
    return shares
