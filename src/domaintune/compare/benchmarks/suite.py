"""All benchmarks together: the average difference of an arm from its baseline, and what it has forgotten.

What an arm is worse by is judged on the benchmarks of role general and science, by non-inferiority: a p-value that
is not significant shows no loss, but does not show that there is none.
"""

from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import Any

from domaintune.compare.benchmarks.pairs import table_of
from domaintune.compare.benchmarks.suite_card import SuiteCard
from domaintune.compare.benchmarks.suite_words import average_in_words, role_in_words
from domaintune.compare.params import Comparing
from domaintune.science.evidence.non_inferiority import (
    Bounds,
    average_interval,
    average_p,
    margin_tests,
    questions_needed,
    score_interval,
    verdict,
)
from domaintune.science.evidence.significance import holm

FORGETTING = ("general", "science")
KEPT = (
    "n", "questions", "clusters", "design_effect", "df", "only_a", "only_b", "accuracy_a", "accuracy_b", "difference",
    "ci_low", "ci_high", "p", "p_holm", "tests",
)  # fmt: skip


def compare_suite(
    benchmarks: Mapping[str, Any], baselines: Mapping[str, str], card: SuiteCard | None, comparing: Comparing
) -> dict[str, Any]:
    """Return the benchmarks together for each arm with a baseline, by the headline method of each."""
    arms = {
        arm: _arm(arm, base, benchmarks, comparing) for arm, base in sorted(baselines.items()) if arm != base
    }
    arms = {arm: found for arm, found in arms.items() if found["benchmarks"]}
    judge_roles([role for found in arms.values() for role in found["roles"].values()], comparing)
    for arm, found in arms.items():
        found["in_words"] = [average_in_words(arm, found, comparing)]
        found["in_words"] += [
            role_in_words(arm, found["baseline"], role, one, comparing)
            for role, one in found["roles"].items()
        ]
    return {
        "margin": comparing.forgetting_margin,
        "alpha": comparing.forgetting_alpha,
        "card": card.model_dump() if card else None,
        "arms": arms,
    }


def judge_roles(roles: Sequence[dict[str, Any]], comparing: Comparing) -> None:
    """Add the verdicts, corrected over the roles of all arms: that all is kept is claimed once for each of them."""
    alpha = comparing.forgetting_alpha
    kept, lost = (holm([role[name] for role in roles]) for name in ("p_kept", "p_lost"))
    for role, p_kept, p_lost in zip(roles, kept, lost, strict=True):
        needed = questions_needed(
            role.pop("tables"), comparing.forgetting_margin, alpha=alpha / len(roles), power=comparing.power
        )
        role |= {
            "p_kept_holm": p_kept,
            "p_lost_holm": p_lost,
            "tests": len(roles),
            "verdict": verdict(p_kept, p_lost, alpha),
            "needed": dict(zip(role["benchmarks"], needed, strict=True)),
        }


def _arm(arm: str, base: str, benchmarks: Mapping[str, Any], comparing: Comparing) -> dict[str, Any]:
    rows = [
        _row(name, one, pair, comparing)
        for name, one in benchmarks.items()
        for pair in one["methods"][0]["pairs"]
        if (pair["a"], pair["b"]) == (arm, base)
    ]
    scored = {row["name"] for row in rows}
    return {
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


def _row(name: str, one: Mapping[str, Any], pair: Mapping[str, Any], comparing: Comparing) -> dict[str, Any]:
    row = {"name": name, "title": one["title"], "role": one["role"]} | {key: pair[key] for key in KEPT}
    row["constant"] = sorted({pair["a"], pair["b"]} & set(one["methods"][0]["constant_arms"]))
    if one["role"] in FORGETTING:
        table = table_of(row)
        bounds = score_interval(table, 2 * comparing.forgetting_alpha)
        needed = questions_needed(
            [table],
            comparing.forgetting_margin,
            alpha=comparing.forgetting_alpha,
            power=comparing.power,
        )
        tests = margin_tests(table, comparing.forgetting_margin)
        row["forgetting"] = tests._asdict() | {
            "low": bounds.low,
            "high": bounds.high,
            "needed": needed[0],
            "verdict": verdict(tests.p_kept, tests.p_lost, comparing.forgetting_alpha),
        }
    return row


def _average(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Average over benchmarks, each counting alike; items of two benchmarks are taken to be independent."""
    joined = average_interval([Bounds(row["difference"], row["ci_low"], row["ci_high"]) for row in rows])
    return {
        "benchmarks": len(rows),
        "questions": sum(row["questions"] for row in rows),
        "accuracy_a": fmean(row["accuracy_a"] for row in rows),
        "accuracy_b": fmean(row["accuracy_b"] for row in rows),
        "difference": joined.difference,
        "ci_low": joined.low,
        "ci_high": joined.high,
    }


def _role(rows: Sequence[dict[str, Any]], comparing: Comparing) -> dict[str, Any]:
    """Test the average over the role's benchmarks, and each of them: an average may hide a loss.

    Two ways to show a loss share the level: the p of lost is twice the smaller of the average's and of the benchmarks'
    after Holm's correction.
    """
    margin, alpha = comparing.forgetting_margin, comparing.forgetting_alpha
    tables = [table_of(row) for row in rows]
    bounds = average_interval([score_interval(table, 2 * alpha) for table in tables])
    p_kept, p_lost = average_p(tables, margin)
    for row, p in zip(rows, holm([row["forgetting"]["p_lost"] for row in rows]), strict=True):
        row["forgetting"]["p_lost_holm"] = p
    if len(rows) > 1:
        p_lost = min(1.0, 2 * min(p_lost, *(row["forgetting"]["p_lost_holm"] for row in rows)))
    return {
        "benchmarks": [row["name"] for row in rows],
        "questions": sum(row["questions"] for row in rows),
        "difference": bounds.difference,
        "low": bounds.low,
        "high": bounds.high,
        "p_kept": p_kept,
        "p_lost": p_lost,
        "lost": [row["name"] for row in rows if row["forgetting"]["p_lost_holm"] < alpha / min(2, len(rows))],
        "tables": tables,
        "constant": sorted({arm for row in rows for arm in row["constant"]}),
    }
