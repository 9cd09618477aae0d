"""The benchmarks together, for a terminal: base → tuned by benchmark, the average, the verdicts, what was published."""

from collections.abc import Mapping
from typing import Any

from domaintune.compare.benchmarks.layout import Column, Group, panels, paragraph
from domaintune.compare.benchmarks.suite_words import points

NONE = "–"


def suite_text(statistics: Mapping[str, Any]) -> str:
    """Return the table of every arm with its sentences, and the study's published figures."""
    suite = statistics["suite"]
    parts = [_arm(arm, one, suite, statistics["alpha"]) for arm, one in suite["arms"].items()]
    if suite["card"]:
        parts.append(_published(suite["card"]))
    return "\n\n".join(["== All benchmarks, tuned against base ==", *parts]) if parts else ""


def _arm(arm: str, one: Mapping[str, Any], suite: Mapping[str, Any], alpha: float) -> str:
    rows, average = one["benchmarks"], one["average"]
    forgetting, all_rows = [row.get("forgetting") for row in rows], (*rows, average)
    between = f"{100 * (1 - alpha):g} %"
    level = f"{100 * (1 - 2 * suite['alpha']):g} %"
    labels = Column("benchmark", [*(row["name"] for row in rows), "average"])
    groups = [
        Group("", [Column("role", [*(row["role"] for row in rows), ""])]),
        Group("", [Column("questions", [_size(row) for row in all_rows])]),
        Group("% right", [Column("base", [f"{100 * row['accuracy_b']:.2f}" for row in all_rows]),
                          Column("arm", [f"{100 * row['accuracy_a']:.2f}" for row in all_rows])]),
        Group("difference", [Column("", [points(row["difference"]) for row in all_rows]),
                             Column(between, [_interval(row, "ci_low", "ci_high") for row in all_rows])]),
        Group("p (Holm)", [Column("", [*(_p(row["p_holm"]) for row in rows), NONE])]),
        Group("forgotten, each alone", [Column("verdict", [*(f["verdict"] if f else NONE for f in forgetting), NONE]),
                            Column(level, [*(_interval(f, "low", "high") if f else NONE for f in forgetting), NONE]),
                            Column("needs alone", [*(f"{f['needed']:,}" if f else NONE for f in forgetting), NONE])]),
    ]  # fmt: skip
    intro = (
        f"{arm} against {one['baseline']}, points of 100. p: exact McNemar test (of questions in clusters the signs of "
        f"the clusters' sums), corrected for {rows[0]['tests']} tests, all arms on all benchmarks (Holm). forgotten: "
        f"score test of paired shares against a margin of {100 * suite['margin']:g} points, each benchmark by itself, "
        "not corrected; the verdict over them, corrected, is below. needs alone: questions of this one benchmark that "
        "rule such a loss out where there is none, in a test of its own; what the corrected verdict would have needed "
        "is said in its sentence."
    )
    if any("(" in _size(row) for row in rows):
        intro += " In round brackets: clusters, where questions in one are not independent."
    said = [*one["in_words"]]
    if one["not_scored"]:
        said.append(f"Not scored: {', '.join(one['not_scored'])}.")
    return "\n\n".join([paragraph(intro), panels(labels, groups), *map(paragraph, said)])


def _published(card: Mapping[str, Any]) -> str:
    rows = card["published"]
    groups = [
        Group("published, %", [Column("base", [_percent(row["base"]) for row in rows]),
                               Column("tuned", [_percent(row["tuned"]) for row in rows]),
                               Column("difference", [f"{row['difference']:+.2f}" for row in rows])])
    ]  # fmt: skip
    notes = [f"Published, not measured here: {card['source']}"]
    notes += [f"[{i}] {note}" for i, note in enumerate(card["notes"], 1)]
    notes += [f"Not available: {name}: {reason}." for name, reason in card["not_available"].items()]
    table = [panels(Column(card["title"], [row["what"] for row in rows]), groups)] if rows else []
    return "\n\n".join([*table, "\n".join(paragraph(note, "    ") for note in notes)])


def _size(row: Mapping[str, Any]) -> str:
    """Return the number of questions, and of clusters where they are fewer."""
    n, clusters = row["questions"], row.get("clusters", row["questions"])
    return f"{n:,}" if clusters == n else f"{n:,} ({clusters:,})"


def _interval(row: Mapping[str, Any], low: str, high: str) -> str:
    return f"{points(row[low])} to {points(row[high])}"


def _p(p: float) -> str:
    return "<0.001" if p < 0.001 else f"{p:.3f}"


def _percent(value: float | None) -> str:
    return NONE if value is None else f"{value:.2f}"
