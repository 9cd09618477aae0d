"""Benchmarks as tables, laid out alike in the terminal and on the page: scores, orders, pairs of arms, all together."""

from domaintune.core.benchmark_spec import Published
from domaintune.science.comparison.benchmarked import (
    AVERAGE,
    METHODS,
    METRICS,
    ArmScores,
    Benchmark,
    PairOfArms,
    Scored,
)
from domaintune.science.comparison.suite import Average, Suite, SuiteSpec
from domaintune.science.comparison.tables import CLUSTERS, short_p, size
from domaintune.science.evidence.statistics import ResultTable
from domaintune.science.evidence.statistics_text import NONE, fixed, questions_in_words

INTERVALS = {"accuracy", "micro_f1"}
"""Metrics of which an interval is known."""
ORDERS = (
    "Each question was asked in every cyclic order of its options. right: mean over orders; same: share of questions "
    "whose option is the same in all orders; circular: share that is right in all orders (CircularEval, MMBench); "
    "place: where the chosen option stood most often, whatever it said."
)


def score_table(one: Benchmark, scored: Scored, alpha: float) -> ResultTable:
    """Return every arm's score on every subset, published ones below it, what guessing and one fixed option score."""
    first, constant = scored.scores[scored.arms[0]], scored.constant
    unread = any(own.pooled.unread for own in scored.scores.values())
    cut = any(own.pooled.truncated for own in scored.scores.values())
    counts = {"unread": unread, "cut": cut}

    def row(label: str, own: ArmScores, shown: str, mine: bool = False) -> list[str]:
        cells = [f"{own.at(column).shown(shown):.4f}" for column in scored.columns]
        low, high = own.average.ci_low, own.average.ci_high
        cells.insert(-1, f"{low:.3f}–{high:.3f}" if mine and shown in INTERVALS else NONE)
        told = {"unread": own.pooled.unread, "cut": own.pooled.truncated}
        return [label, *cells, *(str(told[name]) if mine else NONE for name, any_ in counts.items() if any_)]

    rows = []
    for arm in scored.arms:
        rows.append(row(arm, scored.scores[arm], one.shown, mine=True))
        if one.published and arm in one.published.rows:
            rows.append(
                [f"published: {arm}", *_published(one.published, arm, scored), *[NONE] * sum(counts.values())]
            )
    rows.append(row("guessing", first, "chance"))
    if constant:
        rows.append(row(f"constant {constant.marks[constant.option]}", constant.scores, one.shown))
    heads = [f"{name}\nn = {first.at(name).n:,}" for name in scored.columns]
    heads.insert(-1, f"{100 * (1 - alpha):g} %\ninterval")
    title = f"{METRICS[one.shown]}, scored {METHODS[scored.method]}; {one.how}"
    notes = [_score_note(one, scored)]
    return ResultTable(title, ["arm", *heads, *(name for name, any_ in counts.items() if any_)], rows, notes)


def order_table(scored: Scored) -> ResultTable:
    """Return the figures over the orders of the options, a row an arm."""
    rows = [
        [
            arm, f"{one.accuracy:.4f}", f"{one.consistency:.4f}", f"{one.circular:.4f}",
            f"{one.place or NONE} {100 * one.place_share:.1f} %",
        ]
        for arm, one in scored.orders.items()
    ]  # fmt: skip
    asked = next(iter(scored.orders.values())).orders
    title = f"Over every cyclic order of the options: {scored.questions:,} questions, asked {asked:,} times"
    return ResultTable(title, ["arm", "right", "same", "circular", "place"], rows, [ORDERS])


def pair_table(scored: Scored, alpha: float, power: float) -> ResultTable:
    """Return each arm against its baseline, with its test and what the test could have shown."""
    first = scored.planned[0]
    heads = [
        "arm − baseline", "only right\narm", "\nbaseline", "difference", f"{100 * (1 - alpha):g} % interval", "p",
        "p (Holm)", "could show\nalone", "\nHolm",
    ]  # fmt: skip
    rows = [
        [
            f"{pair.a} − {pair.b}", f"{pair.only_a:,}", f"{pair.only_b:,}", f"{pair.difference:+.4f}",
            f"{pair.ci_low:+.3f} to {pair.ci_high:+.3f}", short_p(pair.p), short_p(pair.p_holm),
            fixed(pair.detectable), fixed(pair.detectable_holm),
        ]
        for pair in scored.planned
    ]  # fmt: skip
    title = (
        f"Against the baseline, on the same {questions_in_words(first.questions, first.clusters, first.n)}"
    )
    note = (
        f"p: {test_of(first)}; corrected for {first.tests} test{'' if first.tests == 1 else 's'} of all benchmarks "
        "(Holm); differences with the interval of the score test of paired shares (Tango), at the effective number of "
        f"questions. could show: the smallest difference found with {100 * power:g} % power, in a test of its own and "
        "after correction."
    )
    return ResultTable(title, heads, rows, [note])


def suite_table(arm: str, suite: Suite, alpha: float) -> ResultTable:
    """Return an arm against its baseline on every benchmark by its first method, and on average."""
    one = suite.arms[arm]
    heads = [
        "benchmark", "role", "questions", f"% right\n{one.baseline}", f"\n{arm}", "difference",
        f"{100 * (1 - alpha):g} %\ninterval", "p (Holm)", "forgotten\nalone",
        f"{100 * (1 - 2 * suite.alpha):g} %\ninterval", "needs alone",
    ]  # fmt: skip
    rows = []
    for each in one.benchmarks:
        alone = each.forgetting
        forgotten = (
            [alone.verdict, _between(alone.low, alone.high), f"{alone.needed:,}"] if alone else [NONE] * 3
        )
        asked = size(each.pair.questions, each.pair.clusters)
        rows.append([each.name, each.role, asked, *_shares(each.pair), short_p(each.pair.p_holm), *forgotten])
    rows.append(["average", "", f"{one.average.questions:,}", *_shares(one.average), *[NONE] * 4])
    note = (
        "Average: each benchmark counts alike. p: exact McNemar test (of questions in clusters the signs of the "
        f"clusters' sums), corrected for {one.benchmarks[0].pair.tests} tests, all arms on all benchmarks (Holm). "
        f"forgotten: score test of paired shares (Tango) against a margin of {100 * suite.margin:g} points, each "
        "benchmark by itself, not corrected; the verdict over them, corrected, is below. needs alone: questions of "
        "this one benchmark that rule such a loss out where there is none, in a test of its own; what the corrected "
        "verdict would have needed is in its sentence."
    )
    if any(each.pair.clusters < each.pair.questions for each in one.benchmarks):
        note += f" {CLUSTERS}"
    title = f"{arm} against {one.baseline}, points of 100, by the first method of each benchmark"
    return ResultTable(title, heads, rows, [note] if arm == min(suite.arms) else [])


def published_table(spec: SuiteSpec) -> ResultTable:
    """Return what a study published before and after tuning, and what of it cannot be run here."""
    rows = [
        [each.what, fixed(each.base, ".2f"), fixed(each.tuned, ".2f"), f"{each.difference:+.2f}"]
        for each in spec.published
    ]
    notes = [f"Published, not measured here: {spec.source}"]
    notes += [f"[{i}] {note}" for i, note in enumerate(spec.notes, 1)]
    notes += [f"Not available: {name}: {reason}." for name, reason in spec.not_available.items()]
    title = f"{spec.title}: published, not measured here, in percent"
    return ResultTable(title, ["figure", "base", "tuned", "difference"], rows, notes)


def published_notes(one: Benchmark) -> list[str]:
    """Return where published figures are from, and what to know of them."""
    if one.published is None:
        return []
    marked = set(one.published.odd) & set(one.methods[0].arms)
    odd = ["† outside the range of its own subsets, as printed"] if marked else []
    told = f"published: {one.published.source}; its average: {one.published.average}"
    return [told, *odd, *(f"[{i}] {note}" for i, note in enumerate(one.published.notes, 1))]


def test_of(pair: PairOfArms) -> str:
    """Name the test: of questions in clusters it is of each cluster's sum."""
    if pair.clusters == pair.n:
        return "exact McNemar test"
    return f"exact test of signs over {pair.clusters:,} clusters"


def points(difference: float) -> str:
    """Return a difference of shares as points of 100, signed."""
    return f"{100 * difference:+.2f}"


def _score_note(one: Benchmark, scored: Scored) -> str:
    text = (
        "An answer that cannot be read is wrong. average: mean of the subsets; all: over all questions; constant: "
        "always the same option, the one that is right most often over all."
    )
    if scored.clusters != scored.questions:
        text += f" The {scored.questions:,} questions are in {scored.clusters:,} clusters."
    if any(own.pooled.truncated for own in scored.scores.values()):
        text += " cut: prompts that did not fit the model's context and lost their beginning."
    if scored.not_scored:
        text += f" Not scored this way: {', '.join(scored.not_scored)}."
    return f"{text} {one.not_beside}" if one.not_beside else text


def _published(published: Published, arm: str, scored: Scored) -> list[str]:
    """Return the cells of an arm's published row: by subset, the paper's average, no interval, none over all."""
    row = published.rows[arm]
    odd = "†" if arm in published.odd else ""
    average = f"{fixed(row.get(AVERAGE), '.4f')}{odd}"
    return [*(fixed(row.get(name), ".4f") for name in scored.subsets), average, NONE, NONE]


def _shares(row: PairOfArms | Average) -> list[str]:
    shares = [f"{100 * row.accuracy_b:.2f}", f"{100 * row.accuracy_a:.2f}", points(row.difference)]
    return [*shares, _between(row.ci_low, row.ci_high)]


def _between(low: float, high: float) -> str:
    return f"{points(low)} to {points(high)}"
