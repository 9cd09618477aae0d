"""The comparison as tables, laid out alike in the terminal and on the page: means, differences, gains, a selection."""

from collections.abc import Iterable, Mapping

from domaintune.science.comparison.judged import Mean, PairedTest
from domaintune.science.comparison.tree import AgainstBaseline, SelectionTest, SingleRubric
from domaintune.science.evidence.clusters import ClusterMean
from domaintune.science.evidence.significance import AgainstControl
from domaintune.science.evidence.statistics import Difference, ResultTable
from domaintune.science.evidence.statistics_text import EXPLORATORY, NONE, fixed, p_text

CLUSTERS = "In round brackets: clusters, where questions in one are not independent."
SIDES = {"seen": "all seen categories", "unseen": "all other categories"}
BY = ("category", "turn")
POOLED = (*SIDES.values(), "seen − unseen", "all questions")
WORST = (
    "If worst: the difference, with its uncorrected p, where each lost score is taken at the end of the scale that is "
    "worst for the result as it was found."
)
SHORT = {"within the noise of the draws": "noise"}


def differences(one: SingleRubric, against: AgainstBaseline, arm: str) -> ResultTable:
    """Return an arm's paired difference from its baseline on each criterion, with its test."""
    told = {each.heading: found for each in one.criteria if (found := against.paired.get(each.name))}
    worst = [found.worst_case for found in told.values()]
    tests = max(found.tests for found in told.values())
    corrected = f"Holm over {tests}" if tests else "p (Holm)"
    heads = ["criterion", "questions", "difference", "p", corrected, "d_z", "questions needed"]
    rows = [
        [
            heading,
            size(found.statistics.base.n, found.statistics.clusters),
            with_interval(found.statistics.difference, "+.2f"),
            short_p(found.statistics.t_test.p_two_tail),
            EXPLORATORY if found.exploratory else short_p(found.p_holm),
            fixed(found.statistics.difference.d_z, ".2f"),
            found.statistics.power.needed,
        ]
        for heading, found in told.items()
    ]
    if any(worst):
        heads.append("if worst")
        for row, case in zip(rows, worst, strict=True):
            p = "" if case is None or case.p is None else f", {p_text(case.p)}"
            row.append(NONE if case is None else f"{case.difference:+.2f}{p}")
    title = f"{arm} − {against.baseline}, on the questions where both answers have a score; paired t-test"
    return ResultTable(title, heads, rows, [WORST] if any(worst) else [])


def gain_tables(
    paired: Mapping[str, PairedTest], shown: Mapping[str, str], against: str, by: str
) -> list[ResultTable]:
    """Return a table a criterion: an arm's gains over its baseline by category or by turn; `shown`: its title."""
    tables = []
    for name, title in shown.items():
        own = paired.get(name)
        gains = own and (own.turns if by == "turn" else own.categories)
        if gains:
            apart = gains.seen_minus_unseen
            sides = {SIDES["seen"]: gains.seen, SIDES["unseen"]: gains.unseen, "seen − unseen": apart}
            rows = {label: gain for label, gain in [*gains.categories.items(), *sides.items()] if gain}
            note = (
                f"{against} on the same questions, with the interval, and {EXPLORATORY} where nothing else is said. "
                f"Holm: corrected for the tests of one table.{in_clusters(rows.values())}"
            )
            cells = []
            for label, one in rows.items():
                tested = with_interval(one, "+.2f"), short_p(one.p), short_p(one.p_holm)
                cells.append([label, size(one.n, one.clusters), *tested])
            heads = [by, "questions", "difference", "p", "p (Holm)"]
            notes = [apart.in_words, note] if apart and apart.in_words else [note]
            tables.append(ResultTable(f"{title}: {against} by {by}", heads, cells, notes))
    return tables


def selection_tables(selection: SelectionTest, alpha: float, power: float) -> list[ResultTable]:
    """Return the pairs of runs, and both sides' means with the test of one against the other."""
    pairs = [
        [
            "the project's" if one.seed is None else str(one.seed), one.selected, f"{one.tokens_selected:,}",
            one.random, f"{one.tokens_random:,}", f"{100 * one.apart:.1f} %",
        ]
        for one in selection.pairs
    ]  # fmt: skip
    rows = [
        [
            one.title, fixed(test.selected.mean), fixed(test.selected.standard_deviation), fixed(test.control.mean),
            fixed(test.control.standard_deviation), with_interval(test, "+.3f"), short_p(test.p),
            short_p(one.p_holm), fixed(one.detectable_gain), SHORT.get(one.verdict, one.verdict),
        ]
        for one in selection.measured
        if one.verdict and (test := one.test)
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


def with_interval(one: Mean | ClusterMean | Difference | AgainstControl | None, form: str) -> str:
    """Return a mean or gain with its interval in square brackets."""
    if one is None:
        return NONE
    mean = format(one.gain if isinstance(one, AgainstControl) else one.mean, form)
    return mean if one.ci_low is None else f"{mean} [{one.ci_low:{form}}, {one.ci_high:{form}}]"


def in_clusters(means: Iterable[Mean | ClusterMean]) -> str:
    """Say what round brackets mean, where any means are over clusters."""
    return f" {CLUSTERS}" if any(one.clusters < one.n for one in means) else ""


def level(alpha: float) -> str:
    """Return an interval's coverage."""
    return f"{100 * (1 - alpha):g} %"


def _selection_note(selection: SelectionTest, alpha: float, power: float) -> str:
    k = selection.k
    few = " So few draws have almost no power: a gain must be many times their spread." if k < 4 else ""
    return (
        f"k = {k} runs a side, each random control on a draw of its own; SD: standard deviation over runs. p: of the "
        "selected rows being one more such draw, against the spread of the draws. A gain or a loss is significant at "
        f"the {100 * alpha:g} % level after Holm's correction for {selection.tests} tests (where compare.primary names "
        "some: for those, and all else is exploratory); noise: within the noise of the draws. could show: the smallest "
        f"difference that {k} draws find with {100 * power:g} % power after the correction, at this spread.{few}"
    )
