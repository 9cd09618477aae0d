"""Rubrics of single answers as tables for a terminal, and their figures for `dvc metrics show`."""

from collections.abc import Mapping
from typing import Any

from domaintune.compare.benchmarks.layout import paragraph
from domaintune.compare.category_text import category_tables, gain_tables, turn_tables
from domaintune.science.evidence.statistics_tables import Table, as_text
from domaintune.science.evidence.statistics_text import EXPLORATORY, NONE, p_text, questions_in_words

PUBLISHED = "published: "
WORST = (
    "If worst: each lost score taken at the end of the scale that is worst for the result as it was found."
)


def single_figures(single: Mapping[str, Any], arm: str) -> dict[str, float]:
    """Return the mean of each rubric's headline criterion for one arm; none where no answer could be scored."""
    found = {name: one["arms"][arm]["criteria"].get(one["headline"]) for name, one in single.items()}
    return {f"{name}_{single[name]['headline']}": own["mean"] for name, own in found.items() if own}


def sentences(one: Mapping[str, Any]) -> list[str]:
    """Return what is said of one test: the finding, and what lost scores could change of it."""
    return [one["in_words"], *([one["worst_case"]["in_words"]] if one["worst_case"] else [])]


def single_tables(single: Mapping[str, Any]) -> str:
    """Return each rubric's means beside those published, then each arm's differences to its baseline."""
    parts = []
    for name, one in sorted(single.items()):
        parts += [f"== {name}: {one['description']} ==", as_text(_means(one))]
        scored = any(own["criteria"] for own in one["arms"].values())
        titles = {c["name"]: c["title"].get("en") or c["name"] for c in one["criteria"] if scored}
        parts += [category_tables(one["arms"], titles, one["published_categories"])]
        parts += [turn_tables(one["arms"], titles)]
        for arm, found in one["against_baseline"].items():
            if found["paired"]:
                parts.append(as_text(_differences(found, arm, one)))
                if any(paired["worst_case"] for paired in found["paired"].values()):
                    parts.append(paragraph(WORST))
                parts.append(gain_tables(found["paired"], f"{arm} − {found['baseline']}"))
        parts += [*(_read(arm, own) for arm, own in one["arms"].items()), one["judge_in_words"]]
    return "\n\n".join(part for part in parts if part)


def text_measure_tables(measured: Mapping[str, Any]) -> str:
    """Return the text measures of every arm, over all questions and by category."""
    names = [one["name"] for one in measured["measures"]]
    rows = [
        [arm, *(_mean(own["criteria"].get(name)) for name in names)] for arm, own in measured["arms"].items()
    ]
    about = "; ".join(f"{one['name']}: {one['about']}" for one in measured["measures"])
    parts = [
        "== text measures of the answers, which need no judge ==",
        as_text(Table("Means with intervals (0 to 1, 1 the best)", names, rows)),
        category_tables(measured["arms"], {name: name for name in names}),
        turn_tables(measured["arms"], {name: name for name in names}),
        paragraph(f"They are counted, not judged, and are no substitute for a criterion. {about}."),
    ]
    return "\n\n".join(part for part in parts if part)


def _means(one: Mapping[str, Any]) -> Table:
    names = [criterion["name"] for criterion in one["criteria"]]
    rows = [[arm, *(_mean(own["criteria"].get(name)) for name in names)] for arm, own in one["arms"].items()]
    if one["published"]:
        published = one["published"]["rows"]
        rows += [
            [f"{PUBLISHED}{row}", *(f"{means[name]:.3f}" if name in means else NONE for name in names)]
            for row, means in published.items()
        ]
    return Table("Means with intervals", names, rows)


def _mean(own: Mapping[str, Any] | None) -> str:
    if own is None:
        return NONE
    if own["ci_low"] is None:
        return f"{own['mean']:.3f}"
    return f"{own['mean']:.3f} [{own['ci_low']:.3f}, {own['ci_high']:.3f}]"


def _differences(found: Mapping[str, Any], arm: str, one: Mapping[str, Any]) -> Table:
    rows: list[list[str]] = []
    worst = any(paired["worst_case"] for paired in found["paired"].values())
    for criterion in (c["name"] for c in one["criteria"] if c["name"] in found["paired"]):
        paired = found["paired"][criterion]
        statistics = paired["statistics"]
        d, p = statistics["difference"], statistics["t_test"]["p_two_tail"]
        interval = NONE if d["ci_low"] is None else f"{d['ci_low']:+.3f} to {d['ci_high']:+.3f}"
        holm = (
            EXPLORATORY
            if paired["exploratory"]
            else NONE
            if paired["p_holm"] is None
            else p_text(paired["p_holm"])
        )
        questions = questions_in_words(statistics["base"]["n"], statistics["clusters"])
        rows.append(
            [criterion, questions, f"{d['mean']:+.3f}", interval, NONE if p is None else p_text(p), holm]
        )
    tests = max((paired["tests"] for paired in found["paired"].values()), default=0)
    heads = ["", "mean", "interval", "paired t-test", f"Holm over {tests}", *(["if worst"] if worst else [])]
    return Table(f"Difference ({arm} − {found['baseline']})", heads, rows)


def _read(arm: str, own: Mapping[str, Any]) -> str:
    outcomes = ", ".join(f"{reason} {n}" for reason, n in own["outcomes"].items()) or "none"
    unscored = ", ".join(f"{reason} {n}" for reason, n in own["questions_unscored"].items())
    return f"{arm}: {own['judgments']} judgments ({outcomes})." + (
        f" Questions without a score: {unscored}." if unscored else ""
    )
