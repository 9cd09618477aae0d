"""The benchmarks for the page: a sentence on all tests, every two arms, a chart, and what was kept out of training."""

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

from domaintune.core.stage.accounting import Reject
from domaintune.report.charts import intervals
from domaintune.science.comparison.benchmarked import AVERAGE, Benchmark, PairOfArms, Scored

SHARES = {"accuracy", "micro_f1"}  # what an interval is known for, and what the chart shows
SHOWN = 100  # contaminated rows that are listed; all are in rejects.parquet
EXCERPT = 160  # characters


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


def planned(scored: Scored) -> list[PairOfArms]:
    """Return the pairs of an arm with its baseline."""
    return [pair for pair in scored.pairs if pair.planned]


def best(scored: Scored, shown: str) -> dict[str, float]:
    """Return the best score of each column, which is marked, as the study marks it."""
    return {c: max(own.at(c).shown(shown) for own in scored.scores.values()) for c in scored.columns}


def summary(scored: Scored, alpha: float) -> str:
    """Say in one sentence which arms differ from their baselines after correction."""
    pairs = planned(scored)
    if not pairs:
        return "No arm has another arm of this benchmark as its baseline; the pairs below are all there is to test."
    sure = [pair for pair in pairs if pair.p_holm is not None and pair.p_holm < alpha]
    sides = {
        "better": [_named(pair) for pair in sure if pair.difference > 0],
        "worse": [_named(pair) for pair in sure if pair.difference < 0],
    }
    told = [f"{len(own)} significantly {word} ({', '.join(own)})" for word, own in sides.items() if own]
    if not told:
        return f"No arm differs significantly from its baseline ({len(pairs)} tested)."
    if rest := len(pairs) - sum(map(len, sides.values())):
        told.append(f"{rest} without a difference that could be shown")
    arms, whose = ("1 arm", "its") if len(pairs) == 1 else (f"{len(pairs):,} arms", "their")
    return f"{arms} tested against {whose} baseline: {', '.join(told)}."


def matrix(scored: Scored, alpha: float) -> list[tuple[str, list[tuple[float, bool] | None]]]:
    """Return row arm − column arm for every two arms, and whether it is significant."""
    found: dict[tuple[str, str], tuple[float, bool]] = {}
    for pair in scored.pairs:
        sure = pair.p_holm_all < alpha
        found[pair.a, pair.b] = pair.difference, sure
        found[pair.b, pair.a] = -pair.difference, sure
    return [(a, [found.get((a, b)) for b in scored.arms]) for a in scored.arms]


def chart(one: Benchmark, scored: Scored) -> str:
    """Draw every arm's average with its interval, what guessing scores, and what was published."""
    published = one.published.rows if one.published and one.shown in SHARES else {}
    cells = {arm: scored.scores[arm].average for arm in scored.arms}
    rows = [
        {
            "name": arm,
            "mean": cell.accuracy,
            "low": cell.ci_low,
            "high": cell.ci_high,
            "published": published.get(arm, {}).get(AVERAGE),
        }
        for arm, cell in cells.items()
    ]
    marked = any(row["published"] is not None for row in rows)
    guessing = cells[scored.arms[0]].chance
    return intervals(rows, "accuracy, mean of the subsets", guessing, mark="published" if marked else None)


def _named(pair: PairOfArms) -> str:
    return f"{pair.a} {100 * pair.difference:+.1f} points"


def _excerpt(row: str) -> str:
    """Return the beginning of what a lost row asked; the row may have been cut and not be JSON any more."""
    try:
        text = str(json.loads(row).get("input") or "")
    except (json.JSONDecodeError, AttributeError):
        text = row
    text = " ".join(text.split())
    return text if len(text) <= EXCERPT else text[:EXCERPT] + " …"
