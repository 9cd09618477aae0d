"""Benchmarks in sentences a reader can quote, in rows of files (a score, a pair of arms), and in headline figures."""

from collections.abc import Mapping
from typing import Any

from domaintune.compare.params import Comparing
from domaintune.science.comparison.benchmark_tables import points, test_of
from domaintune.science.comparison.benchmarked import ALL, AVERAGE, Benchmark, PairOfArms
from domaintune.science.comparison.suite import Average, Forgetting, RoleVerdict, Suite
from domaintune.science.comparison.tree import Comparison
from domaintune.science.evidence.shares import Cell
from domaintune.science.evidence.statistics_text import p_text, questions_in_words

ROLES = {"general": "general benchmarks", "science": "science benchmarks (domain knowledge)"}
SCORES = Cell._fields[:-1]  # all but the choices
PAIRS = PairOfArms._fields[:-3]  # all but the degrees of freedom, the questions and the sentence
SUITE = (
    "questions", "clusters", "only_a", "only_b", "accuracy_a", "accuracy_b", "difference", "ci_low",
    "ci_high", "p", "p_holm",
)  # fmt: skip
Table = tuple[list[str], list[list[object]]]
"""Head and rows."""


def csv_tables(benchmarks: Mapping[str, Benchmark], suite: Suite) -> dict[str, Table]:
    """Return the CSV files: a row an arm and subset, a pair of arms, and an arm and benchmark of the suite.

    `over` tells subsets from the average and from all; forgetting is empty for role target.
    """
    methods = [(name, one, scored) for name, one in benchmarks.items() for scored in one.methods]
    scores: list[list[object]] = [
        [name, scored.method, arm, over, subset, *cell[:-1], *_published(one, arm, subset)]
        for name, one, scored in methods
        for arm, own in scored.scores.items()
        for over, subset, cell in (
            *(("subset", subset, cell) for subset, cell in own.subsets.items()),
            (AVERAGE, AVERAGE, own.average),
            (ALL, ALL, own.pooled),
        )
    ]
    pairs: list[list[object]] = [
        [name, scored.method, *pair[:-3]] for name, _, scored in methods for pair in scored.pairs
    ]
    together: list[list[object]] = [
        [arm, one.baseline, row.name, row.role, *(getattr(row.pair, key) for key in SUITE),
         *(row.forgetting or [None] * len(Forgetting._fields))]
        for arm, one in suite.arms.items()
        for row in one.benchmarks
    ]  # fmt: skip
    over = ["benchmark", "method", "arm", "over", "subset"]
    return {
        "benchmarks.csv": ([*over, *SCORES, "published_metric", "published"], scores),
        "benchmark_pairs.csv": (["benchmark", "method", *PAIRS], pairs),
        "benchmark_suite.csv": (["arm", "baseline", "name", "role", *SUITE, *Forgetting._fields], together),
    }


def benchmark_figures(found: Comparison, arm: str, judged: Mapping[str, Any]) -> dict[str, Any]:
    """Return an arm's headlines: each benchmark's average by its first method, prompts that were cut, and verdicts."""
    benchmarks = found.benchmarks or {}
    averages = {
        f"{name}_average" if name in judged else name: one.methods[0].scores[arm].average.shown(one.shown)
        for name, one in benchmarks.items()
        if arm in one.methods[0].scores
    }
    own = [m.scores[arm].pooled for one in benchmarks.values() for m in one.methods if arm in m.scores]
    cut = sum(cell.truncated for cell in own)
    figures: dict[str, Any] = averages | ({"prompts_cut": cut} if cut else {})
    if one := found.suite and found.suite.arms.get(arm):
        figures |= {"benchmarks_difference": one.average.difference} if len(one.benchmarks) > 1 else {}
        figures |= {f"forgetting_{role}": verdict.verdict for role, verdict in one.roles.items()}
    return figures


def _published(one: Benchmark, arm: str, subset: str) -> tuple[str, float | str]:
    value = one.published.rows.get(arm, {}).get(subset) if one.published else None
    return ("", "") if value is None or one.published is None else (one.published.metric, value)


def pair_in_words(pair: PairOfArms, title: str, constant: Mapping[str, str], comparing: Comparing) -> str:
    """Say how far the arm is from the other, whether that may be chance, and what could have been shown.

    `constant`: what is said of arms that nearly always name the same option.
    """
    a, b, level = pair.a, pair.b, f"{100 * (1 - comparing.alpha):g} %"
    asked = questions_in_words(pair.questions, pair.clusters, pair.n)
    first = (
        f"On the same {asked} of {title}, {a} has {100 * pair.accuracy_a:.1f} % right and {b} "
        f"{100 * pair.accuracy_b:.1f} %: {_points(pair.difference)} points ({level} interval {_points(pair.ci_low)} to "
        f"{_points(pair.ci_high)})."
    )
    counted = "questions" if pair.questions == pair.n else "times"
    counts = f"{pair.only_a:,} {counted} only {a} has right, {pair.only_b:,} only {b}."
    said = [constant[arm] for arm in (a, b) if arm in constant]
    return " ".join([first, counts, _verdict(pair, comparing), _enough(pair, comparing), *said])


def _verdict(pair: PairOfArms, comparing: Comparing) -> str:
    p, tests = pair.p_holm_all if pair.p_holm is None else pair.p_holm, pair.tests
    found = "is" if p < comparing.alpha else "is not"
    corrected = f"; {p_text(p)} after correction for {tests} tests, Holm" if tests > 1 else ""
    return (
        f"The difference {found} significant at the {100 * comparing.alpha:g} % level ({test_of(pair)}, "
        f"{p_text(pair.p)}{corrected})."
    )


def _enough(pair: PairOfArms, comparing: Comparing) -> str:
    chance = f"{100 * comparing.power:g} %"
    alone, corrected = pair.detectable, pair.detectable_holm
    if alone is None:
        return f"Too few questions tell the two apart to show any difference with {chance} power."
    text = f"With {chance} power this sample could have shown a difference of {100 * alone:.1f} points"
    if pair.tests == 1:
        return f"{text}."
    if corrected is None:
        return f"{text} in a test of its own, and none after the correction."
    return f"{text} in a test of its own, {100 * corrected:.1f} after the correction."


def _points(difference: float) -> str:
    return f"{100 * difference:+.1f}"


def average_in_words(arm: str, base: str, average: Average, comparing: Comparing) -> str:
    """Say how far the arm is from its baseline on average over the benchmarks."""
    over = f"the {average.benchmarks} benchmarks" if average.benchmarks > 1 else "the one benchmark"
    return (
        f"On average over {over} ({average.questions:,} questions), {arm} has "
        f"{100 * average.accuracy_a:.2f} % right and {base} {100 * average.accuracy_b:.2f} %: "
        f"{points(average.difference)} points ({100 * (1 - comparing.alpha):g} % interval "
        f"{points(average.ci_low)} to {points(average.ci_high)})."
    )


def role_in_words(arm: str, base: str, role: str, one: RoleVerdict, comparing: Comparing) -> str:
    """Give the verdict of a role's benchmarks with what it rests on."""
    level = f"{100 * (1 - 2 * comparing.forgetting_alpha):g} %"
    first = (
        f"Forgetting, {ROLES[role]}: {one.verdict}. On average over {', '.join(one.benchmarks)}, {arm} is "
        f"{points(one.difference)} points from {base} ({level} interval {points(one.low)} to "
        f"{points(one.high)}); the margin is {100 * comparing.forgetting_margin:g} points."
    )
    said = [first, _because(one, comparing)]
    if one.constant:
        said.append(
            f"{' and '.join(one.constant)} chose nearly always the same option on some of them, so that this says "
            "nothing about knowledge."
        )
    return " ".join(said)


def _because(one: RoleVerdict, comparing: Comparing) -> str:
    at = f"at the {100 * comparing.forgetting_alpha:g} % level, one-sided"
    if one.tests > 1:
        at += f", corrected by Holm for {one.tests} such verdicts"
    if one.lost and one.verdict == "lost":
        return f"A loss beyond the margin is shown on {', '.join(one.lost)} ({at})."
    if one.verdict == "kept":
        return f"A loss as large as the margin is ruled out ({at})."
    if one.verdict == "lost":
        return f"A loss beyond the margin is shown ({at})."
    each = ", ".join(f"{name} {n:,}" for name, n in one.needed.items())
    return (
        f"A loss as large as the margin is neither shown nor ruled out ({at}): for this verdict {each} questions "
        f"would have been needed to rule it out with {100 * comparing.power:g} % power if the two are equally good."
    )
