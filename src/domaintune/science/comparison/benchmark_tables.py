"""Benchmarks as tables, laid out alike in the terminal and on the page: scores, orders, pairs of arms, all together."""

from domaintune.core.benchmark_spec import SuiteSpec
from domaintune.science.comparison.benchmarked import (
    AVERAGE,
    ArmScores,
    Average,
    Benchmark,
    PairOfArms,
    Scored,
)
from domaintune.science.comparison.tables import CLUSTERS, level, short_p, size
from domaintune.science.comparison.tree import Suite
from domaintune.science.evidence.statistics import ResultTable
from domaintune.science.evidence.statistics_text import NONE, fixed, questions_in_words

METHODS = {
    "likelihood": "by likelihood: the option whose label is the most likely continuation",
    "generation": "by generation: the option that is read from what the model writes",
    "continuation": "by continuation: the option whose own text is the most likely continuation",
    "continuation_norm": "by continuation: the option whose own text is the most likely continuation, per character",
    "lm_eval": "by lm-eval's own task, as it scores",
}
METRICS = {
    "accuracy": "accuracy, the share of right answers",
    "micro_f1": "micro F1, which is the accuracy where a question has one answer",
    "macro_f1": "macro F1, the mean over the options' numbers",
    "weighted_f1": "weighted F1, the mean over the options' numbers by how often each is right",
}
INTERVALS = {"accuracy", "micro_f1"}
"""Metrics of which an interval is known."""
COUNTED = {"unread": "unread", "cut": "truncated"}
"""Column → what is counted in it; shown where any arm has some."""
ORDERS = (
    "Each question was asked in every cyclic order of its options. right: mean over orders; same: share of questions "
    "whose option is the same in all orders; circular: share that is right in all orders (CircularEval, MMBench); "
    "place: where the chosen option stood most often, whatever it said."
)


def score_table(one: Benchmark, scored: Scored, alpha: float) -> ResultTable:
    """Return every arm's score on every subset, published ones below it, what guessing and one fixed option score."""
    first, constant = scored.scores[scored.arms[0]], scored.constant
    counted = {
        head: name
        for head, name in COUNTED.items()
        if any(getattr(own.pooled, name) for own in scored.scores.values())
    }

    def row(label: str, own: ArmScores, shown: str, mine: bool = False) -> list[str]:
        cells = [f"{own.at(column).shown(shown):.4f}" for column in scored.columns]
        low, high = own.average.ci_low, own.average.ci_high
        cells.insert(-1, f"{low:.3f}–{high:.3f}" if mine and shown in INTERVALS else NONE)
        counts = (str(getattr(own.pooled, name)) if mine else NONE for name in counted.values())
        return [label, *cells, *counts]

    rows = []
    for arm in scored.arms:
        rows.append(row(arm, scored.scores[arm], one.shown, mine=True))
        if one.published and arm in one.published.rows:
            theirs = [fixed(one.published.rows[arm].get(name), ".4f") for name in (*scored.subsets, AVERAGE)]
            theirs[-1] += "†" if arm in one.published.odd else ""
            rows.append([f"published: {arm}", *theirs, NONE, NONE, *[NONE] * len(counted)])
    rows.append(row("guessing", first, "chance"))
    if constant:
        rows.append(row(f"constant {constant.marks[constant.option]}", constant.scores, one.shown))
    heads = [f"{name}\nn = {first.at(name).n:,}" for name in scored.columns]
    heads.insert(-1, f"{level(alpha)}\ninterval")
    title = f"{METRICS[one.shown]}, scored {METHODS[scored.method]}; {one.how}"
    return ResultTable(title, ["arm", *heads, *counted], rows, [_score_note(one, scored)])


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
        "arm − baseline", "only right\narm", "\nbaseline", "difference", f"{level(alpha)} interval", "p",
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
    asked = questions_in_words(first.questions, first.clusters, first.n)
    note = (
        f"p: {test_of(first)}; corrected for {first.tests} test{'' if first.tests == 1 else 's'} of all benchmarks "
        "(Holm); differences with the interval of the score test of paired shares (Tango), at the effective number of "
        f"questions. could show: the smallest difference found with {100 * power:g} % power, in a test of its own and "
        "after correction."
    )
    return ResultTable(f"Against the baseline, on the same {asked}", heads, rows, [note])


def suite_table(arm: str, suite: Suite, alpha: float) -> ResultTable:
    """Return an arm against its baseline on every benchmark by its first method, and on average."""
    one = suite.arms[arm]
    heads = [
        "benchmark", "role", "questions", f"% right\n{one.baseline}", f"\n{arm}", "difference",
        f"{level(alpha)}\ninterval", "p (Holm)", "forgotten\nalone", f"{level(2 * suite.alpha)}\ninterval",
        "needs alone",
    ]  # fmt: skip
    rows = []
    for each in one.benchmarks:
        alone = each.forgetting
        forgotten = [NONE] * 3
        if alone:
            forgotten = [alone.verdict, between(alone.low, alone.high), f"{alone.needed:,}"]
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


def between(low: float, high: float) -> str:
    """Return the ends of an interval of shares as points of 100."""
    return f"{points(low)} to {points(high)}"


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


def _shares(row: PairOfArms | Average) -> list[str]:
    shares = [f"{100 * row.accuracy_b:.2f}", f"{100 * row.accuracy_a:.2f}", points(row.difference)]
    return [*shares, between(row.ci_low, row.ci_high)]
