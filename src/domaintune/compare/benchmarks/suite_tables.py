"""The benchmarks together, for a terminal: base → tuned by benchmark, the average, the verdicts, what was published."""

from domaintune.compare.benchmarks.narrative import points
from domaintune.science.comparison.suite import Average, Suite, SuiteArm, SuiteRow, SuiteSpec
from domaintune.science.comparison.tables import CLUSTERS, short_p, size
from domaintune.science.evidence.statistics_text import NONE
from domaintune.science.evidence.terminal import Column, Group, panels, paragraph


def suite_text(suite: Suite, alpha: float) -> list[str]:
    """Return the table of every arm with its sentences, and the study's published figures."""
    parts = [part for arm, one in suite.arms.items() for part in _arm(arm, one, suite, alpha)]
    parts += _published(suite.card) if suite.card else []
    return ["== All benchmarks, tuned against base ==", *parts] if parts else []


def _arm(arm: str, one: SuiteArm, suite: Suite, alpha: float) -> list[str]:
    rows: list[SuiteRow | Average] = [*one.benchmarks, one.average]
    alone = [row.forgetting for row in one.benchmarks]
    groups = [
        Group("", [Column("role", [*(row.role for row in one.benchmarks), ""])]),
        Group("", [Column("questions", [*(size(row.questions, row.clusters) for row in one.benchmarks),
                                        f"{one.average.questions:,}"])]),
        Group("% right", [Column("base", [f"{100 * row.accuracy_b:.2f}" for row in rows]),
                          Column("arm", [f"{100 * row.accuracy_a:.2f}" for row in rows])]),
        Group("difference", [Column("", [points(row.difference) for row in rows]),
                             Column(f"{100 * (1 - alpha):g} %", [_interval(row.ci_low, row.ci_high) for row in rows])]),
        Group("p (Holm)", [Column("", [*(short_p(row.p_holm) for row in one.benchmarks), NONE])]),
        Group("forgotten", [
            Column("alone", [*(f.verdict if f else NONE for f in alone), NONE]),
            Column(f"{100 * (1 - 2 * suite.alpha):g} %",
                   [*(_interval(f.low, f.high) if f else NONE for f in alone), NONE]),
            Column("needs alone", [*(f"{f.needed:,}" if f else NONE for f in alone), NONE]),
        ]),
    ]  # fmt: skip
    intro = (
        f"{arm} against {one.baseline}, points of 100. p: exact McNemar test (of questions in clusters the signs of "
        f"the clusters' sums), corrected for {one.benchmarks[0].tests} tests, all arms on all benchmarks (Holm). "
        f"forgotten: score test of paired shares against a margin of {100 * suite.margin:g} points, each benchmark by "
        "itself, not corrected; the verdict over them, corrected, is below. needs alone: questions of this one "
        "benchmark that rule such a loss out where there is none, in a test of its own; what the corrected verdict "
        "would have needed is said in its sentence."
    )
    if any(row.clusters < row.questions for row in one.benchmarks):
        intro += f" {CLUSTERS}"
    labels = Column("benchmark", [*(row.name for row in one.benchmarks), "average"])
    said = [*one.in_words, *([f"Not scored: {', '.join(one.not_scored)}."] if one.not_scored else [])]
    return [paragraph(intro), panels(labels, groups), *map(paragraph, said)]


def _published(spec: SuiteSpec) -> list[str]:
    rows = spec.published
    columns = [
        Column("base", [_percent(row.base) for row in rows]),
        Column("tuned", [_percent(row.tuned) for row in rows]),
        Column("difference", [f"{row.difference:+.2f}" for row in rows]),
    ]
    notes = [f"Published, not measured here: {spec.source}"]
    notes += [f"[{i}] {note}" for i, note in enumerate(spec.notes, 1)]
    notes += [f"Not available: {name}: {reason}." for name, reason in spec.not_available.items()]
    table = (
        [panels(Column(spec.title, [row.what for row in rows]), [Group("published, %", columns)])]
        if rows
        else []
    )
    return [*table, "\n".join(paragraph(note, "    ") for note in notes)]


def _interval(low: float, high: float) -> str:
    return f"{points(low)} to {points(high)}"


def _percent(value: float | None) -> str:
    return NONE if value is None else f"{value:.2f}"
