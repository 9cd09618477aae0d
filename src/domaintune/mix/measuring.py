"""Statistics of an arm's rows: counts, shares, categories, the balance of languages, and what the grades did."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from domaintune.core.sections.arms import Mixture
from domaintune.core.stage.errors import GateError
from domaintune.mix.grade_filter import best_of, candidates, tokens_of
from domaintune.mix.grades import band_of
from domaintune.mix.mixing import REPEAT, SPLITS, Mixed, Row


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
    chooses them and, for a random control, as it drew them. Empty for an arm without grades.
    """
    grades, values = mixture.grades, mixed.known.values
    if grades is None:
        return {}
    train = _train(mixed)
    trained = [row.id.partition(REPEAT)[0] for row, _ in train]  # the row that a repeated one is
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
    if grades.random_draw is not None:
        own = [name for name in candidates(mixed.candidates, mixture, values) if name in values]
        best = int(tokens_of(best_of(own, grades, mixed.known), mixed.known))
        measured["tokens"] = {"filter": best, "chance": reached}
    return measured


def _train(mixed: Mixed) -> list[Row]:
    return [(row, done) for row, done in mixed.rows if row.split == "train"]


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


OF = {"rows": "row_share", "tokens": "token_share"}


def achieved(mixture: Mixture, measured: Mapping[str, Mapping[str, float]]) -> dict[str, Any]:
    """Return what was asked, each language's share of rows and of tokens, and how far the furthest is off.

    `measured`: language → rows, tokens and their shares after tokenisation and rejection. Nothing is returned for a
    mixture that asks for no balance.
    """
    if mixture.languages is None or mixture.balance is None:
        return {}
    none = {"row_share": 0.0, "token_share": 0.0}
    shares = {name: measured.get(name, none) for name in sorted(mixture.languages)}
    off = max(abs(one[OF[mixture.balance]] - mixture.languages[name]) for name, one in shares.items())
    return {
        "by": mixture.balance,
        "asked": dict(sorted(mixture.languages.items())),
        "row_share": {name: one["row_share"] for name, one in shares.items()},
        "token_share": {name: one["token_share"] for name, one in shares.items()},
        "off": round(off, 6),
        "tolerance": mixture.tolerance,
    }


def check_balance(arm: str, balance: Mapping[str, Any]) -> None:
    """Stop where a language's share is further from the one asked for than the tolerance.

    Raises:
        GateError: with asked and achieved shares.
    """
    if not balance or balance["off"] <= balance["tolerance"]:
        return
    found = balance[OF[balance["by"]]]
    shares = ", ".join(
        f"{name} {found[name]:.4f} (asked {share:g})" for name, share in balance["asked"].items()
    )
    raise GateError(
        f"mix ({arm}): the languages' shares of the {balance['by']} are {shares}: {balance['off']:.4f} off, more than "
        f"arms.{arm}.mixture.tolerance = {balance['tolerance']:g}. Rows are too few or too long to come nearer: add "
        "rows of the smaller language, or raise the tolerance."
    )
