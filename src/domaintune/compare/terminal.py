"""The comparison as the tables of the studies, for a terminal; what was switched off is not spoken of."""

from collections.abc import Mapping

from domaintune.compare.benchmarks.suite_tables import suite_text
from domaintune.compare.benchmarks.tables import benchmark_tables
from domaintune.compare.category_tables import gain_tables, mean_tables, short_p, with_interval
from domaintune.science.comparison.answers import AgainstBaseline, SingleRubric, TextMeasures
from domaintune.science.comparison.judged import Against, Mean, PairedTest
from domaintune.science.comparison.tree import Comparison, MeasuredSelection, Selection
from domaintune.science.evidence.statistics import Table
from domaintune.science.evidence.statistics_text import EXPLORATORY, NONE, p_text, questions_in_words
from domaintune.science.evidence.terminal import Column, Group, panels, paragraph
from domaintune.science.evidence.terminal import as_text as laid_out
from domaintune.science.near_copies import near_copies_text

PUBLISHED = "published: "
WORST = (
    "If worst: each lost score taken at the end of the scale that is worst for the result as it was found."
)
SHORT = {"within the noise of the draws": "noise"}


def as_text(found: Comparison) -> str:
    """Return the judge's warnings, what was judged, then the benchmarks, the selection and what is left of copies."""
    parts = [*(f"!! {text}" for text in found.judge.warnings), *found.judge.same_model]
    parts = ["\n".join(parts)]
    if found.judged or not (found.single or found.benchmarks):
        parts += _pairwise(found.arms)
    for name, one in sorted((found.single or {}).items()):
        parts += _single(name, one)
    if found.benchmarks and found.suite:
        parts += benchmark_tables(found.benchmarks, found.alpha, found.power)
        parts += suite_text(found.suite, found.alpha)
    parts += _text_measures(found.text_measures) if found.text_measures else []
    parts += _selection(found.selection, found.alpha) if found.selection else []
    parts.append(paragraph(near_copies_text(found.near_copies)))
    return "\n\n".join(part for part in parts if part)


def _pairwise(arms: Mapping[str, Against]) -> list[str]:
    """Return every compared arm's tables and sentences; without any, say so."""
    parts = []
    for name, arm in sorted(arms.items()):
        parts.append(f"== {name} against {arm.baseline} ==")
        for rubric, found in sorted(arm.rubrics.items()):
            parts += [laid_out(table) for one in found.paired.values() for table in one.tables]
            parts += [text for one in found.paired.values() for text in _sentences(one)]
            parts += gain_tables(found.paired, f"{name} − {arm.baseline}")
            parts += [f"{rubric}: {found.read_in_words}", found.judge_in_words]
    return parts or ["No arm has another arm as its baseline: there is nothing to compare."]


def _sentences(one: PairedTest) -> list[str]:
    """Return what is said of one test: the finding, and what lost scores could change of it."""
    return [one.in_words, *([one.worst_case.in_words] if one.worst_case else [])]


def _single(name: str, one: SingleRubric) -> list[str]:
    """Return a rubric's means beside those published, then each arm's differences to its baseline."""
    names = [criterion.name for criterion in one.criteria]
    rows = [[arm, *(_mean(own.criteria.get(name)) for name in names)] for arm, own in one.arms.items()]
    for model, means in (one.published.rows if one.published else {}).items():
        rows.append(
            [f"{PUBLISHED}{model}", *(f"{means[name]:.3f}" if name in means else NONE for name in names)]
        )
    titles = {c.name: c.heading for c in one.criteria if one.scored}
    parts = [f"== {name}: {one.description} ==", laid_out(Table("Means with intervals", names, rows))]
    parts += mean_tables(one.arms, titles, one.published_categories)
    for arm, found in one.against_baseline.items():
        if found.paired:
            parts.append(laid_out(_differences(found, arm, names)))
            parts += [paragraph(WORST)] if found.worst else []
            parts += gain_tables(found.paired, f"{arm} − {found.baseline}")
    return [*parts, *(f"{arm}: {own.read_in_words}" for arm, own in one.arms.items()), one.judge_in_words]


def _differences(found: AgainstBaseline, arm: str, names: list[str]) -> Table:
    rows: list[list[str]] = []
    for criterion in (name for name in names if name in found.paired):
        paired = found.paired[criterion]
        statistics, worst = paired.statistics, paired.worst_case
        d, p = statistics.difference, statistics.t_test.p_two_tail
        holm = NONE if paired.p_holm is None else p_text(paired.p_holm)
        rows.append([
            criterion,
            questions_in_words(statistics.base.n, statistics.clusters),
            f"{d.mean:+.2f}",
            NONE if d.ci_low is None else f"{d.ci_low:+.3f} to {d.ci_high:+.3f}",
            NONE if p is None else p_text(p),
            EXPLORATORY if paired.exploratory else holm,
            *([worst.in_short if worst else NONE] if found.worst else []),
        ])  # fmt: skip
    tests = max((paired.tests for paired in found.paired.values()), default=0)
    heads = ["", "mean", "interval", "paired t-test", f"Holm over {tests}"]
    heads += ["if worst"] if found.worst else []
    return Table(f"Difference ({arm} − {found.baseline})", heads, rows)


def _text_measures(measured: TextMeasures) -> list[str]:
    """Return the text measures of every arm, over all questions, by category and by turn."""
    names = [one.name for one in measured.measures]
    rows = [[arm, *(_mean(own.criteria.get(name)) for name in names)] for arm, own in measured.arms.items()]
    about = "; ".join(f"{one.name}: {one.about}" for one in measured.measures)
    return [
        "== text measures of the answers, which need no judge ==",
        laid_out(Table("Means with intervals (0 to 1, 1 the best)", names, rows)),
        *mean_tables(measured.arms, {name: name for name in names}),
        paragraph(f"They are counted, not judged, and are no substitute for a criterion. {about}."),
    ]


def _selection(selection: Selection, alpha: float) -> list[str]:
    """Return the pairs, the table, and a sentence on what so few draws can show."""
    pairs = [
        f"seed {'of the project' if one.seed is None else one.seed}: {one.selected} {one.tokens_selected:,} tokens, "
        f"{one.chance} {one.tokens_chance:,} ({100 * one.apart:.2f} % apart)"
        for one in selection.pairs
    ]
    parts = ["== selected rows against rows drawn by chance ==", "\n".join(pairs)]
    if measured := [one for one in selection.measured if one.verdict is not None]:
        parts.append(panels(Column("measured", [one.title for one in measured]), _measured(measured)))
    parts.append(paragraph(_legend(selection, alpha)))
    if missing := [one.title for one in selection.measured if one.verdict is None]:
        told = f"Not compared, because no question has a value from every arm: {', '.join(missing)}."
        parts.append(paragraph(told))
    return parts


def _measured(measured: list[MeasuredSelection]) -> list[Group]:
    sides = [
        Group(side, [Column("mean", [f"{one.mean:.3f}" for one in found if one]),
                     Column("SD", [_number(one.standard_deviation) for one in found if one])])
        for side, found in {
            "selected": [one.selected for one in measured], "chance": [one.chance for one in measured],
        }.items()
    ]  # fmt: skip
    return [
        *sides,
        Group("", [Column("gain", [f"{one.gain.mean:+.3f}" for one in measured if one.gain])]),
        Group("p", [Column("", [short_p(one.p) for one in measured]),
                    Column("Holm", [short_p(one.p_holm) for one in measured])]),
        Group("", [Column("could show", [_number(one.detectable_gain) for one in measured])]),
        Group("", [Column("verdict", [SHORT.get(one.verdict or "", one.verdict or "") for one in measured])]),
    ]  # fmt: skip


def _legend(selection: Selection, alpha: float) -> str:
    k = selection.k
    few = (
        f" {k} draws have almost no power: a gain must be many times the spread of the draws before it is found."
        if k < 4
        else ""
    )
    return (
        f"k = {k} runs a side, each of the other side on a draw of its own; SD: standard deviation over runs. p: of "
        "the selected rows being one more such draw; its spread is that of the draws. A gain or a loss is significant "
        f"at the {100 * alpha:g} % level after Holm's correction for {selection.tests} tests (where compare.primary "
        "names some: for those, and all else is exploratory); noise: within the "
        f"noise of the draws. could show: the smallest difference that {k} draws find with the wanted power after the "
        f"correction, at this spread.{few}"
    )


def _mean(mean: Mean | None) -> str:
    return NONE if mean is None else with_interval(mean, ".3f")


def _number(value: float | None) -> str:
    return NONE if value is None else f"{value:.3f}"
