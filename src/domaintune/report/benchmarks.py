"""The benchmarks: the study's table, what the tests say in words, the chart, and what was kept out of training."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from domaintune.core.stage.accounting import Reject
from domaintune.report.charts import intervals
from domaintune.report.chosen import AVERAGE, cell_of, chosen, constant
from domaintune.report.words import count

SHARES = {"accuracy", "micro_f1"}  # what an interval is known for, and what the chart shows
METRICS = {
    "accuracy": "accuracy",
    "micro_f1": "micro F1",
    "macro_f1": "macro F1",
    "weighted_f1": "weighted F1",
}
METHODS = {
    "likelihood": "by likelihood: the option whose label is the most likely continuation",
    "generation": "by generation: the option that is read from what the model writes",
    "continuation": "by continuation: the option whose own text is the most likely continuation",
    "continuation_norm": "by continuation: the option whose own text is the most likely continuation, per character",
    "lm_eval": "by lm-eval's own task, as it scores",
}
SHOWN = 100  # contaminated rows that are listed; all are in rejects.parquet
EXCERPT = 160  # characters


def benchmarks(comparison: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return a view of each benchmark; none where none was run."""
    return [_benchmark(name, one, comparison) for name, one in comparison.get("benchmarks", {}).items()]


def contaminated(rows: Sequence[Reject]) -> dict[str, Any]:
    """Return how many rows were removed for which reason, and the first of them."""
    reasons = Counter(row.reason for row in rows)
    listed = sorted(rows, key=lambda row: (row.reason, row.id))[:SHOWN]
    return {
        "n": len(rows),
        "reasons": sorted(reasons.items(), key=lambda item: (-item[1], item[0])),
        "rows": [
            {"id": row.id, "reason": row.reason, "detail": row.detail, "text": _excerpt(row.row)} for row in listed
        ],
    }  # fmt: skip


def _benchmark(name: str, one: Mapping[str, Any], comparison: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": name,
        "title": one["title"],
        "source": one["source"].rstrip(". "),
        "licence": one["licence"].rstrip(". "),
        "how": one["how"],
        "metric": METRICS[one["shown"]],
        "published": one["published"],
        "not_beside": one["not_beside"],
        "methods": [_method(one, scored, comparison["alpha"]) for scored in one["methods"]],
        "level": f"{100 * (1 - comparison['alpha']):g} %",
        "power": f"{100 * comparison['power']:g} %",
    }


def _method(one: Mapping[str, Any], scored: Mapping[str, Any], alpha: float) -> dict[str, Any]:
    planned = [pair for pair in scored["pairs"] if pair["planned"]]
    asked = scored["questions"] > 0
    return {
        "how": METHODS[scored["method"]],
        "method": scored["method"],
        "questions": scored["questions"],
        "clusters": scored["clusters"],
        "orders": scored["orders"],
        "not_scored": scored["not_scored"],
        "subsets": scored["subsets"],
        "counts": [_cell(scored, scored["arms"][0], s)["n"] for s in scored["subsets"]] if asked else [],
        "rows": _rows(one, scored) if asked else [],
        "guessing": [_cell(scored, scored["arms"][0], c)["chance"] for c in _columns(scored)]
        if asked
        else [],
        "constant": constant(scored, one["shown"], _columns(scored)) if asked else None,
        "constant_arms": list(scored["constant_arms"].values()),
        "chosen": chosen(scored) if asked else None,
        "unread": any(_unread(scored, arm) for arm in scored["arms"]),
        "summary": _summary(planned, alpha),
        "planned": planned,
        "matrix": _matrix(scored, alpha),
        "figures": [
            (arm, over, _cell(scored, arm, over)) for arm in scored["arms"] for over in (AVERAGE, "all")
        ],
        "chart": _chart(one, scored) if asked else None,
    }


def _columns(scored: Mapping[str, Any]) -> list[str]:
    return [*scored["subsets"], AVERAGE, "all"]


def _cell(scored: Mapping[str, Any], arm: str, column: str) -> Mapping[str, Any]:
    return cell_of(scored["scores"][arm], column)


def _unread(scored: Mapping[str, Any], arm: str) -> int:
    cell = _cell(scored, arm, "all")
    return int(cell["unparsed"]) + int(cell["refused"])


def _rows(one: Mapping[str, Any], scored: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return a row an arm; the best of each column is marked, as the study marks it."""
    shown, columns, published = one["shown"], _columns(scored), one["published"]
    best = {c: max(_cell(scored, arm, c)[shown] for arm in scored["arms"]) for c in columns}
    return [
        {
            "arm": arm,
            "cells": [
                {"value": value, "best": value == best[c]}
                for c in columns
                for value in [_cell(scored, arm, c)[shown]]
            ],
            "interval": _interval(_cell(scored, arm, AVERAGE)) if shown in SHARES else None,
            "unread": _unread(scored, arm),
            "truncated": _cell(scored, arm, "all")["truncated"],
            "published": [
                {"value": published["rows"][arm].get(c), "odd": c == AVERAGE and arm in published["odd"]}
                for c in columns[:-1]
            ]
            if published and arm in published["rows"]
            else None,
        }
        for arm in scored["arms"]
    ]


def _interval(cell: Mapping[str, Any]) -> tuple[float, float]:
    return cell["ci_low"], cell["ci_high"]


def _summary(planned: Sequence[Mapping[str, Any]], alpha: float) -> str:
    """Say in one sentence which arms differ from their baselines after correction."""
    if not planned:
        return "No arm has another arm of this benchmark as its baseline; the pairs below are all there is to test."
    better = [pair for pair in planned if pair["p_holm"] < alpha and pair["difference"] > 0]
    worse = [pair for pair in planned if pair["p_holm"] < alpha and pair["difference"] < 0]
    if not better and not worse:
        return f"No arm differs significantly from its baseline ({len(planned)} tested)."
    parts = [
        f"{len(found)} significantly {word} ({', '.join(map(_named, found))})"
        for found, word in ((better, "better"), (worse, "worse"))
        if found
    ]
    if rest := len(planned) - len(better) - len(worse):
        parts.append(f"{rest} without a difference that could be shown")
    whose = "its" if len(planned) == 1 else "their"
    return f"{count(len(planned), 'arm')} tested against {whose} baseline: {', '.join(parts)}."


def _named(pair: Mapping[str, Any]) -> str:
    return f"{pair['a']} {100 * pair['difference']:+.1f} points"


def _matrix(scored: Mapping[str, Any], alpha: float) -> list[tuple[str, list[dict[str, Any] | None]]]:
    """Return row arm − column arm for every two arms."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for pair in scored["pairs"]:
        sure = pair["p_holm_all"] < alpha
        found[pair["a"], pair["b"]] = {"difference": pair["difference"], "sure": sure}
        found[pair["b"], pair["a"]] = {"difference": -pair["difference"], "sure": sure}
    return [(a, [found.get((a, b)) for b in scored["arms"]]) for a in scored["arms"]]


def _chart(one: Mapping[str, Any], scored: Mapping[str, Any]) -> str:
    published = one["published"] if one["shown"] in SHARES else None
    rows = [
        {
            "name": arm,
            "mean": cell["accuracy"],
            "low": cell["ci_low"],
            "high": cell["ci_high"],
            "published": published["rows"].get(arm, {}).get(AVERAGE) if published else None,
        }
        for arm in scored["arms"]
        for cell in [_cell(scored, arm, AVERAGE)]
    ]
    marked = any(row["published"] is not None for row in rows)
    guessing = _cell(scored, scored["arms"][0], AVERAGE)["chance"]
    return intervals(rows, "accuracy, mean of the subsets", guessing, mark="published" if marked else None)


def _excerpt(row: str) -> str:
    """Return the beginning of what a lost row asked; the row may have been cut and be no JSON any more."""
    try:
        text = str(json.loads(row).get("input") or "")
    except (json.JSONDecodeError, AttributeError):
        text = row
    text = " ".join(text.split())
    return text if len(text) <= EXCERPT else text[:EXCERPT] + " …"
