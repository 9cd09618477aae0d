"""Statistics of an arm's rows: counts, shares, categories, the balance of languages, and what the grades did."""

from collections.abc import Mapping, Sequence
from typing import Any

from domaintune.core.sections.arms import Mixture
from domaintune.core.stage.errors import GateError
from domaintune.mix.grades import band_of
from domaintune.mix.mixing import REPEAT, SPLITS, Mixed, Row
from domaintune.mix.selection import best_of, candidates, tokens_of


def summary(mixed: Mixed) -> dict[str, Any]:
    """Count rows and tokens by split, their shares by task and language, and the licences of what is trained on.

    `categories` are of training rows only: what a set calls the kind of task, or the field a row was made from;
    `uncategorised` are the training rows of which neither is known.
    """
    splits = {split: [one for one in mixed.rows if one[0].split == split] for split in SPLITS}
    train = splits["train"]
    tasks, languages, categories = (
        _shares(train, [getattr(row, field) for row, _ in train])
        for field in ("task", "language", "category")
    )
    return {
        **{split: _counts(rows) for split, rows in splits.items()},
        "shares": {"tasks": tasks, "languages": languages},
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
    chooses them and, for a random control, as it drew them. Empty for an arm without grades.
    """
    grades, values = mixture.grades, mixed.known.values
    if grades is None:
        return {}
    train = [one for one in mixed.rows if one[0].split == "train"]
    # a repeated row's grade is its first one's
    given = [values.get(row.id.partition(REPEAT)[0]) for row, _ in train]
    shares = _shares(train, ["ungraded" if value is None else "graded" for value in given])
    graded = [values[name] for name in mixed.candidates if name in values]
    measured: dict[str, Any] = {
        "candidates": {"graded": len(graded), "ungraded": len(mixed.candidates) - len(graded)},
        "shares": shares,
        "mean": {"candidates": _mean(graded), "trained": _mean([one for one in given if one is not None])},
    }
    if grades.bands:
        inside = [(one, value) for one, value in zip(train, given, strict=True) if value is not None]
        names = [band_of(value, grades.bands) for _, value in inside]
        measured["band_shares"] = _shares([one for one, _ in inside], names)
    reached = shares["graded"]["tokens"] if "graded" in shares else 0
    if grades.random_draw is not None:
        own = [name for name in candidates(mixed.candidates, mixture, values) if name in values]
        best = int(tokens_of(best_of(own, grades, mixed.known), mixed.known))
        measured["tokens"] = {"filter": best, "random": reached}
    elif grades.use == "filter":
        measured["tokens"] = {"filter": reached}
    return measured


def _mean(values: Sequence[float]) -> float | None:
    return round(sum(values) / len(values), 6) if values else None


def _counts(rows: Sequence[Row]) -> dict[str, int]:
    return {
        "rows": len(rows),
        "tokens": sum(len(done.input_ids) for _, done in rows),
        "answer_tokens": sum(done.answer_tokens for _, done in rows),
    }


def _shares(rows: Sequence[Row], names: Sequence[str]) -> dict[str, dict[str, float]]:
    """Return rows and tokens of each name, and their shares (0–1) of all."""
    total = _counts(rows)
    shares: dict[str, dict[str, float]] = {}
    for name in sorted(set(names)):
        own = _counts([row for row, its in zip(rows, names, strict=True) if its == name])
        shares[name] = {
            **own,
            "row_share": round(own["rows"] / total["rows"], 6),
            "token_share": round(own["tokens"] / total["tokens"], 6),
        }
    return shares


def achieved(arm: str, mixture: Mixture, measured: Mapping[str, Mapping[str, float]]) -> dict[str, Any]:
    """Return what was asked, each language's share of rows and of tokens, and how far the furthest is off.

    `measured`: language → rows, tokens and their shares after tokenisation and rejection. Nothing is returned for a
    mixture that asks for no balance. A share that is further off than the tolerance stops the run.
    """
    asked, by, tolerance = mixture.languages, mixture.balance, mixture.tolerance
    if asked is None or by is None or tolerance is None:
        return {}
    shares: dict[str, dict[str, float]] = {
        share: {name: measured[name][share] if name in measured else 0.0 for name in asked}
        for share in ("row_share", "token_share")
    }
    found = shares["row_share" if by == "rows" else "token_share"]
    off = round(max(abs(found[name] - share) for name, share in asked.items()), 6)
    if off > tolerance:
        told = ", ".join(
            f"{name} {found[name]:.4f} (asked {share:g})" for name, share in sorted(asked.items())
        )
        raise GateError(
            f"mix ({arm}): the languages' shares of the {by} are {told}: {off:.4f} off, more than "
            f"arms.{arm}.mixture.tolerance = {tolerance:g}. Rows are too few or too long to come nearer: add rows of "
            "the smaller language, or raise the tolerance."
        )
    return {"by": by, "asked": asked, **shares, "off": off, "tolerance": tolerance}
