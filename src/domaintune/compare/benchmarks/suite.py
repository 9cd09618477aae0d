"""All benchmarks together: the average difference of an arm from its baseline, and what it has forgotten.

What an arm is worse by is judged on the benchmarks of role general and science, by non-inferiority: a p-value that
is not significant shows no loss, but does not show that there is none.
"""

from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import Any

from domaintune.compare.benchmarks.suite_card import SuiteCard
from domaintune.compare.benchmarks.suite_words import average_in_words, role_in_words
from domaintune.compare.params import Comparing
from domaintune.science.evidence.non_inferiority import (
    Bounds,
    Table,
    average_interval,
    margin_tests,
    questions_needed,
    score_interval,
    verdict,
)
from domaintune.science.evidence.significance import holm

FORGETTING = ("general", "science")
KEPT = ("n", "only_a", "only_b", "accuracy_a", "accuracy_b", "difference", "ci_low", "ci_high", "p")


def compare_suite(
    benchmarks: Mapping[str, Any], baselines: Mapping[str, str], card: SuiteCard | None, comparing: Comparing
) -> dict[str, Any]:
    """Return the benchmarks together for each arm with a baseline, by the headline method of each."""
    arms = {
        arm: _arm(arm, base, benchmarks, comparing) for arm, base in sorted(baselines.items()) if arm != base
    }
    return {
        "margin": comparing.forgetting_margin,
        "alpha": comparing.forgetting_alpha,
        "card": card.model_dump() if card else None,
        "arms": {arm: found for arm, found in arms.items() if found["benchmarks"]},
    }


def _arm(arm: str, base: str, benchmarks: Mapping[str, Any], comparing: Comparing) -> dict[str, Any]:
    rows = [
        _row(name, one, pair, comparing)
        for name, one in benchmarks.items()
        for pair in one["methods"][0]["pairs"]
        if (pair["a"], pair["b"]) == (arm, base)
    ]
    for row, p in zip(rows, holm([row["p"] for row in rows]), strict=True):
        row["p_holm"] = p
    scored = {row["name"] for row in rows}
    found: dict[str, Any] = {
        "baseline": base,
        "benchmarks": rows,
        "not_scored": [name for name in benchmarks if name not in scored],
        "average": _average(rows) if rows else None,
        "roles": {
            role: _role([row for row in rows if row["role"] == role], comparing)
            for role in FORGETTING
            if any(row["role"] == role for row in rows)
        },
    }
    found["in_words"] = [average_in_words(arm, found, comparing)] if rows else []
    found["in_words"] += [
        role_in_words(arm, base, role, one, comparing) for role, one in found["roles"].items()
    ]
    return found


def _row(name: str, one: Mapping[str, Any], pair: Mapping[str, Any], comparing: Comparing) -> dict[str, Any]:
    row = {"name": name, "title": one["title"], "role": one["role"]} | {key: pair[key] for key in KEPT}
    row["constant"] = sorted({pair["a"], pair["b"]} & set(one["methods"][0]["constant_arms"]))
    if one["role"] in FORGETTING:
        table = _table(row)
        bounds = score_interval(table, 2 * comparing.forgetting_alpha)
        needed = questions_needed(
            [table],
            comparing.forgetting_margin,
            alpha=comparing.forgetting_alpha,
            power=comparing.power,
        )
        row |= {
            "forgetting": margin_tests(table, comparing.forgetting_margin)._asdict()
            | {"low": bounds.low, "high": bounds.high, "needed": needed[0]}
            | {"verdict": verdict(bounds, comparing.forgetting_margin)}
        }
    return row


def _average(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Average over benchmarks, each counting alike; items of two benchmarks are taken to be independent."""
    joined = average_interval([Bounds(row["difference"], row["ci_low"], row["ci_high"]) for row in rows])
    return {
        "benchmarks": len(rows),
        "questions": sum(row["n"] for row in rows),
        "accuracy_a": fmean(row["accuracy_a"] for row in rows),
        "accuracy_b": fmean(row["accuracy_b"] for row in rows),
        "difference": joined.difference,
        "ci_low": joined.low,
        "ci_high": joined.high,
    }


def _role(rows: Sequence[dict[str, Any]], comparing: Comparing) -> dict[str, Any]:
    """Judge the average over the role's benchmarks; a benchmark that is lost after Holm's correction is lost for all.

    An average may hide a loss: hence the second rule. It can only turn a verdict to lost.
    """
    margin, alpha = comparing.forgetting_margin, comparing.forgetting_alpha
    tables = [_table(row) for row in rows]
    bounds = average_interval([score_interval(table, 2 * alpha) for table in tables])
    corrected = holm([row["forgetting"]["p_lost"] for row in rows])
    for row, p in zip(rows, corrected, strict=True):
        row["forgetting"]["p_lost_holm"] = p
    lost = [row["name"] for row in rows if row["forgetting"]["p_lost_holm"] < alpha]
    needed = questions_needed(tables, margin, alpha=alpha, power=comparing.power)
    return {
        "benchmarks": [row["name"] for row in rows],
        "questions": sum(row["n"] for row in rows),
        "difference": bounds.difference,
        "low": bounds.low,
        "high": bounds.high,
        "lost": lost,
        "verdict": "lost" if lost else verdict(bounds, margin),
        "needed": {row["name"]: n for row, n in zip(rows, needed, strict=True)},
        "constant": sorted({arm for row in rows for arm in row["constant"]}),
    }


def _table(row: Mapping[str, Any]) -> Table:
    return Table(row["n"], row["only_a"], row["only_b"])
