"""The comparison as the tables of the study, for a terminal."""

from collections.abc import Mapping
from typing import Any

from domaintune.compare.benchmarks.suite_text import suite_text
from domaintune.compare.benchmarks.text import benchmark_tables
from domaintune.compare.selection_text import selection_text
from domaintune.compare.single_text import single_tables, text_measure_tables
from domaintune.science.evidence.statistics_text import Table
from domaintune.science.evidence.statistics_text import as_text as laid_out


def as_text(statistics: Mapping[str, Any]) -> str:
    """Return what was judged, then the benchmarks; of what was switched off, nothing."""
    judged = any(arm["rubrics"] for arm in statistics["arms"].values())
    single, benchmarks = statistics.get("single"), statistics.get("benchmarks")
    parts = [as_tables(statistics)] if judged or not (single or benchmarks) else []
    parts += [single_tables(single)] if single else []
    parts += [benchmark_tables(statistics), suite_text(statistics)] if benchmarks else []
    if measured := statistics.get("text_measures"):
        parts.append(text_measure_tables(measured))
    if selection := statistics.get("selection"):
        parts.append(selection_text(selection, statistics["alpha"]))
    return "\n\n".join(part for part in parts if part)


def as_tables(statistics: Mapping[str, Any]) -> str:
    """Return every compared arm's tables and sentences; without any, say so."""
    if not statistics["arms"]:
        return "No arm has another arm as its baseline: there is nothing to compare."
    parts = []
    for name, arm in sorted(statistics["arms"].items()):
        parts.append(f"== {name} against {arm['baseline']} ==")
        for rubric, found in sorted(arm["rubrics"].items()):
            parts += [laid_out(Table(**table)) for one in found["paired"].values() for table in one["tables"]]
            parts += [one["in_words"] for one in found["paired"].values()]
            parts.append(_read(rubric, found))
    return "\n\n".join(parts)


def _read(rubric: str, found: Mapping[str, Any]) -> str:
    outcomes = ", ".join(f"{reason} {n}" for reason, n in found["outcomes"].items()) or "none"
    text = f"{rubric}: {found['judgments']} judgments ({outcomes})."
    if wins := found["choices"]:
        text += (
            f" Closer on {wins['questions']} questions: arm {wins['arm']}, baseline {wins['baseline']}, "
            f"nothing {wins['nothing']}, orders of presentation disagree {wins['orders_disagree']}."
        )
    return text
