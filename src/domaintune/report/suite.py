"""The benchmarks together: each arm's average difference from its baseline, what it forgot, what was published."""

from collections.abc import Mapping
from typing import Any


def suite(comparison: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the view; None where no benchmark was run."""
    found = comparison.get("suite")
    if found is None:
        return None
    return {
        "arms": [_arm(arm, one) for arm, one in found["arms"].items()],
        "card": found["card"],
        "margin": f"{100 * found['margin']:g}",
        "level": f"{100 * (1 - comparison['alpha']):g} %",
        "level_forgetting": f"{100 * (1 - 2 * found['alpha']):g} %",
    }


def _arm(arm: str, one: Mapping[str, Any]) -> dict[str, Any]:
    average = one["average"] | {"name": "average", "role": ""}
    return {
        "arm": arm,
        "baseline": one["baseline"],
        "rows": [_row(row) for row in (*one["benchmarks"], average)],
        "in_words": one["in_words"],
        "not_scored": one["not_scored"],
    }


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    forgetting = row.get("forgetting")
    return {
        "name": row["name"],
        "role": row["role"],
        "n": row["questions"],
        "clusters": row.get("clusters", row["questions"]),
        "baseline": f"{100 * row['accuracy_b']:.2f}",
        "arm": f"{100 * row['accuracy_a']:.2f}",
        "difference": _points(row["difference"]),
        "interval": _interval(row["ci_low"], row["ci_high"]),
        "p": row.get("p_holm"),
        "verdict": forgetting["verdict"] if forgetting else None,
        "bounds": _interval(forgetting["low"], forgetting["high"]) if forgetting else None,
        "needed": forgetting["needed"] if forgetting else None,
    }


def _points(difference: float) -> str:
    return f"{100 * difference:+.2f}".replace("-", "−")


def _interval(low: float, high: float) -> str:
    return f"{_points(low)} to {_points(high)}"
