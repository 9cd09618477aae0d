"""The comparison as tables, laid out alike in the terminal and on the page: means, differences, gains, a selection."""

from collections.abc import Iterable, Mapping

from domaintune.science.comparison.answers import (
    AgainstBaseline,
    AnyArm,
    PublishedCategories,
    SingleRubric,
    TextMeasures,
    by_turn,
    category_names,
)
from domaintune.science.comparison.judged import Gain, Mean, Means, PairedTest
from domaintune.science.comparison.tree import Interval, Selection
from domaintune.science.evidence.statistics import Difference, ResultTable
from domaintune.science.evidence.statistics_text import EXPLORATORY, NONE

SEEN = "*"
CLUSTERS = "In round brackets: clusters, where questions in one are not independent."
SIDES = {"seen": "all seen categories", "unseen": "all other categories"}
BY = ("category", "turn")
POOLED = (*SIDES.values(), "seen − unseen", "all questions")
WORST = (
    "If worst: the difference, with its uncorrected p, where each lost score is taken at the end of the scale that is "
    "worst for the result as it was found."
)
SHORT = {"within the noise of the draws": "noise"}
WithInterval = Mean | Gain | Difference | Interval


def single_means(one: SingleRubric, alpha: float) -> ResultTable:
    """Return every arm's mean of each criterion, and below those published."""
    heads = [f"{each.heading}\n{each.lowest} to {each.highest}" for each in one.criteria]
    names = [each.name for each in one.criteria]
    rows = _mean_rows(one.arms, names) if one.scored else []
    notes = []
    if one.published:
        rows += [
            [f"published: {model}", NONE, *(number(means.get(name)) for name in names)]
            for model, means in one.published.rows.items()
        ]
        notes.append(
            f"Published: {one.published.source}; judged by {one.published.judge}; asked: {one.published.questions}. "
            f"Not measured here. {' '.join(one.published.notes)}"
        )
    title = f"Mean of each criterion, {_level(alpha)} interval in square brackets"
    return ResultTable(title, ["arm", "questions", *heads], rows, notes)


def text_means(measured: TextMeasures, alpha: float) -> ResultTable:
    """Return every arm's mean of each text measure."""
    names = [one.name for one in measured.measures]
    title = f"Mean over all answers (0 to 1, 1 the best), {_level(alpha)} interval in square brackets"
    return ResultTable(title, ["arm", "questions", *names], _mean_rows(measured.arms, names))


def mean_tables(
    arms: Mapping[str, AnyArm], shown: Mapping[str, str], published: PublishedCategories | None, by: str
) -> list[ResultTable]:
    """Return a table a criterion: every arm's means by category or, where something was asked in several, by turn.

    Args:
        arms: arm → means.
        shown: criterion → title, in the order of the tables; published numbers stand in the first one.
        published: a paper's numbers by category.
        by: category or turn.
    """
    if by == "turn":
        arms, published = by_turn(arms), None
    if not category_names(arms, published):
        return []
    tables = [
        _mean_table(arms, name, f"{title} by {by}", None if at else published)
        for at, (name, title) in enumerate(shown.items())
    ]
    return [tables[0]._replace(notes=_mean_notes(arms, published)), *tables[1:]]


def differences(one: SingleRubric, against: AgainstBaseline, arm: str) -> ResultTable:
    """Return an arm's paired difference from its baseline on each criterion, with its test."""
    told = {each.heading: found for each in one.criteria if (found := against.paired.get(each.name))}
    tests = max(found.tests for found in told.values())
    heads = ["criterion", "questions", "difference", "p", f"Holm over {tests}", "d_z", "questions needed"]
    rows = [
        [
            heading,
            size(found.statistics.base.n, found.statistics.clusters),
            with_interval(found.statistics.difference, "+.2f"),
            short_p(found.statistics.t_test.p_two_tail),
            EXPLORATORY if found.exploratory else short_p(found.p_holm),
            number(found.statistics.difference.d_z, ".2f"),
            found.statistics.power.needed,
            *([found.worst_case.in_short if found.worst_case else NONE] if against.worst else []),
        ]
        for heading, found in told.items()
    ]
    title = f"{arm} − {against.baseline}, on the questions where both answers have a score; paired t-test"
    return ResultTable(
        title, [*heads, *(["if worst"] if against.worst else [])], rows, [WORST] if against.worst else []
    )


def gain_tables(
    paired: Mapping[str, PairedTest], shown: Mapping[str, str], against: str, by: str
) -> list[ResultTable]:
    """Return a table a criterion: an arm's gains over its baseline by category or by turn; `shown`: its title."""
    tables = []
    for name, title in shown.items():
        one = paired.get(name)
        gains = one and (one.turns if by == "turn" else one.categories)
        if gains:
            apart = gains.seen_minus_unseen
            sides = {SIDES["seen"]: gains.seen, SIDES["unseen"]: gains.unseen, "seen − unseen": apart}
            rows = {label: gain for label, gain in [*gains.categories.items(), *sides.items()] if gain}
            note = (
                f"{against} on the same questions, with the interval, and {EXPLORATORY} where nothing else is said. "
                f"Holm: corrected for the {gains.tests} tests of one table.{_in_clusters(rows.values())}"
            )
            tables.append(
                ResultTable(
                    f"{title}: {against} by {by}",
                    [by, "questions", "difference", "p", "p (Holm)"],
                    [[label, *_gain_cells(gain)] for label, gain in rows.items()],
                    [*([apart.in_words] if apart and apart.in_words else []), note],
                )
            )
    return tables


def selection_tables(selection: Selection, alpha: float, power: float) -> list[ResultTable]:
    """Return the pairs of runs, and both sides' means with the test of one against the other."""
    pairs = [
        [
            "the project's" if one.seed is None else str(one.seed), one.selected, f"{one.tokens_selected:,}",
            one.chance, f"{one.tokens_chance:,}", f"{100 * one.apart:.1f} %",
        ]
        for one in selection.pairs
    ]  # fmt: skip
    rows = [
        [
            one.title, number(one.selected.mean), number(one.selected.standard_deviation), number(one.chance.mean),
            number(one.chance.standard_deviation), with_interval(one.gain, "+.3f"), short_p(one.p),
            short_p(one.p_holm), number(one.detectable_gain), SHORT.get(one.verdict, one.verdict),
        ]
        for one in selection.measured
        if one.verdict and one.selected and one.chance and one.gain
    ]  # fmt: skip
    heads = [
        "measured", "selected\nmean", "\nSD", "random control\nmean", "\nSD", "gain", "p", "p (Holm)", "could show",
        "verdict",
    ]  # fmt: skip
    notes = [_selection_note(selection, alpha, power)]
    if missing := [one.title for one in selection.measured if one.verdict is None]:
        notes.append(f"Not compared, because no question has a value from every arm: {', '.join(missing)}.")
    return [
        ResultTable("The pairs", ["seed", "selected", "tokens", "random control", "tokens", "apart"], pairs),
        ResultTable(f"Mean and standard deviation over {selection.k} runs a side", heads, rows, notes),
    ]


def size(n: int, clusters: int) -> str:
    """Return the number of questions, and of clusters where they are fewer."""
    return f"{n:,}" if clusters == n else f"{n:,} ({clusters:,})"


def short_p(p: float | None) -> str:
    """Return a p-value for a cell."""
    return NONE if p is None else "<0.001" if p < 0.001 else f"{p:.3f}"


def with_interval(mean: WithInterval, form: str) -> str:
    """Return a mean with its interval in square brackets."""
    if mean.ci_low is None or mean.ci_high is None:
        return format(mean.mean, form)
    return f"{mean.mean:{form}} [{mean.ci_low:{form}}, {mean.ci_high:{form}}]"


def number(value: float | None, form: str = ".3f") -> str:
    """Return a figure for a cell."""
    return NONE if value is None else format(value, form)


def _mean_rows(arms: Mapping[str, AnyArm], names: Iterable[str]) -> list[list[str]]:
    return [
        [arm, _counts(own.criteria.values()), *(_mean(own.criteria.get(name), ".3f") for name in names)]
        for arm, own in arms.items()
    ]


def _mean_table(
    arms: Mapping[str, AnyArm], criterion: str, title: str, published: PublishedCategories | None
) -> ResultTable:
    heads = published.heads if published else []

    def row(label: str, means: Mapping[str, Means | None], pooled: bool = False) -> list[str]:
        own = {arm: found.get(criterion) for arm, found in means.items() if found}
        told = [one for one in own.values() if one]
        apart = pooled and len({one.n for one in told}) > 1
        cells = []
        for arm, one in arms.items():
            mean = own.get(arm)
            seen = SEEN if mean and not pooled and label in (one.seen_categories or ()) else " "
            cells.append(_mean(mean, ".2f") + (f" n={mean.n:,}" if mean and apart else "") + seen)
        theirs = published.rows.get(label, {}) if published and not pooled else {}
        return [label, _counts(told), *cells, *(number(theirs.get(head)) for head in heads)]

    names = category_names(arms, published)
    rows = [row(name, {arm: one.categories.get(name) for arm, one in arms.items()}) for name in names]
    if any(one.seen is not None for one in arms.values()):
        rows.append(row(SIDES["seen"], {arm: one.seen for arm, one in arms.items()}, pooled=True))
        rows.append(row(SIDES["unseen"], {arm: one.unseen for arm, one in arms.items()}, pooled=True))
    rows.append(row("all questions", {arm: one.criteria for arm, one in arms.items()}, pooled=True))
    columns = [title.rpartition(" ")[2], "questions", *arms, *(f"published\n{head}" for head in heads)]
    return ResultTable(title, columns, rows)


def _mean_notes(arms: Mapping[str, AnyArm], published: PublishedCategories | None) -> list[str]:
    everything = [mean for one in arms.values() for mean in one.criteria.values()]
    told = [f"In square brackets: the interval.{_in_clusters(everything)}"]
    if any(one.seen is not None for one in arms.values()):
        told.append(
            f"{SEEN}: a category of the rows the arm was trained on; below, means over the questions of such "
            "categories and of the others."
        )
        if any(one.seen_categories == [] and one.seen for one in arms.values()):
            told.append(
                "An untrained arm has seen none; it is pooled by all that the trained arms have seen."
            )
    if unknown := [arm for arm, one in arms.items() if one.seen_categories is None]:
        told.append(f"Of {', '.join(unknown)} it is not known what was seen.")
    notes = [" ".join(told)]
    if published:
        notes.append(
            f"Published: {published.source}; {published.scale}; judged by {published.judge}; asked: "
            f"{published.questions}. Not measured here. {' '.join(published.notes)}"
        )
    return notes


def _gain_cells(gain: Gain) -> list[str]:
    return [
        size(gain.n, gain.clusters),
        with_interval(gain, "+.2f"),
        short_p(gain.p),
        short_p(gain.p_holm),
    ]


def _selection_note(selection: Selection, alpha: float, power: float) -> str:
    k = selection.k
    few = " So few draws have almost no power: a gain must be many times their spread." if k < 4 else ""
    return (
        f"k = {k} runs a side, each random control on a draw of its own; SD: standard deviation over runs. p: of the "
        "selected rows being one more such draw, against the spread of the draws. A gain or a loss is significant at "
        f"the {100 * alpha:g} % level after Holm's correction for {selection.tests} tests (where compare.primary names "
        "some: for those, and all else is exploratory); noise: within the noise of the draws. could show: the smallest "
        f"difference that {k} draws find with {100 * power:g} % power after the correction, at this spread.{few}"
    )


def _counts(means: Iterable[Mean]) -> str:
    """Return how many questions there are values for, from the fewest to the most."""
    sizes = {(one.n, size(one.n, one.clusters)) for one in means}
    return " to ".join(dict.fromkeys(told for _, told in (min(sizes), max(sizes)))) if sizes else NONE


def _in_clusters(means: Iterable[Mean | Gain]) -> str:
    return f" {CLUSTERS}" if any(one.clusters < one.n for one in means) else ""


def _mean(mean: Mean | None, form: str) -> str:
    return NONE if mean is None else with_interval(mean, form)


def _level(alpha: float) -> str:
    return f"{100 * (1 - alpha):g} %"
