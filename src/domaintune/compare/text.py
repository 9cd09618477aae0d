"""The comparison as the tables of the study, for a terminal."""

from collections.abc import Mapping
from textwrap import fill
from typing import Any

from domaintune.compare.benchmarks.suite_text import suite_text
from domaintune.compare.benchmarks.text import benchmark_tables
from domaintune.compare.category_text import gain_tables
from domaintune.compare.judge_text import judge_tables
from domaintune.compare.selection_text import selection_text
from domaintune.compare.single_text import sentences, single_tables, text_measure_tables
from domaintune.science.evidence.statistics_tables import Table
from domaintune.science.evidence.statistics_tables import as_text as laid_out
from domaintune.science.evidence.statistics_text import p_text, questions_in_words
from domaintune.science.near_copies import near_copies_text


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
    parts = [judge_tables(statistics["judge"]), *parts]
    parts.append(fill(near_copies_text(statistics.get("near_copies")), 100))
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
            parts += [text for one in found["paired"].values() for text in sentences(one)]
            parts.append(gain_tables(found["paired"], f"{name} − {arm['baseline']}"))
            parts += [_read(rubric, found), found["judge_in_words"]]
    return "\n\n".join(part for part in parts if part)


def _read(rubric: str, found: Mapping[str, Any]) -> str:
    outcomes = ", ".join(f"{reason} {n}" for reason, n in found["outcomes"].items()) or "none"
    text = f"{rubric}: {found['judgments']} judgments ({outcomes})."
    if found["judgments"] and found["questions_unscored"]:
        orders = ", ".join(
            f"{order} {one['read']} of {one['asked']}" for order, one in found["orders"].items()
        )
        unscored = ", ".join(f"{reason} {n}" for reason, n in found["questions_unscored"].items())
        text += f" Read by order of presentation: {orders}. Questions without a score: {unscored}."
    if wins := found["choices"]:
        text += (
            f" Closer on {questions_in_words(wins['questions'], wins['clusters'])}: arm {wins['arm']}, baseline "
            f"{wins['baseline']}, nothing {wins['nothing']}, orders of presentation disagree {wins['orders_disagree']}"
            + (
                "."
                if wins["p_sign_test"] is None
                else f" (sign test, uncorrected: {p_text(wins['p_sign_test'])})."
            )
        )
    return text
