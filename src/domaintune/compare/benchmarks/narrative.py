"""Benchmarks in sentences a reader can quote, and in a terminal: each by itself with its tables, then all together."""

from collections.abc import Iterable, Mapping, Sequence

from domaintune.compare.benchmarks.scores import favourites
from domaintune.compare.params import Comparing
from domaintune.science.comparison.benchmark_tables import (
    order_table,
    pair_table,
    points,
    published_notes,
    published_table,
    questions_in,
    score_table,
    suite_table,
    test_of,
)
from domaintune.science.comparison.benchmarked import METHODS, Benchmark, PairOfArms, Scored
from domaintune.science.comparison.suite import Average, RoleVerdict, Suite
from domaintune.science.comparison.tables import short_p
from domaintune.science.evidence.statistics import ResultTable
from domaintune.science.evidence.statistics_text import p_text
from domaintune.science.evidence.terminal import paragraph

Part = str | ResultTable
ROLES = {"general": "general benchmarks", "science": "science benchmarks (domain knowledge)"}


def pair_in_words(pair: PairOfArms, title: str, comparing: Comparing) -> str:
    """Say how far the arm is from the other, whether that may be chance, and what could have been shown."""
    a, b, level = pair.a, pair.b, f"{100 * (1 - comparing.alpha):g} %"
    asked = questions_in(pair.n, pair.questions, pair.clusters)
    first = (
        f"On the same {asked} of {title}, {a} has {_percent(pair.accuracy_a)} right and {b} "
        f"{_percent(pair.accuracy_b)}: {_points(pair.difference)} points ({level} interval {_points(pair.ci_low)} to "
        f"{_points(pair.ci_high)})."
    )
    counted = "questions" if pair.questions == pair.n else "times"
    counts = f"{pair.only_a:,} {counted} only {a} has right, {pair.only_b:,} only {b}."
    return " ".join([first, counts, _verdict(pair, comparing), _enough(pair, comparing)])


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


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


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


def benchmark_tables(benchmarks: Mapping[str, Benchmark], alpha: float, power: float) -> Iterable[Part]:
    """Yield every benchmark's tables, tests and footnotes."""
    for name, one in benchmarks.items():
        yield f"== {one.title} ({name}) =="
        for scored in one.methods:
            yield from _method(one, scored, alpha, power)
        yield from (paragraph(note) for note in (published_notes(one)))


def suite_text(suite: Suite, alpha: float) -> Iterable[Part]:
    """Yield the table of every arm on all benchmarks with its sentences, and the study's published figures."""
    if suite.arms or suite.spec:
        yield "== All benchmarks, tuned against base =="
    for arm, one in suite.arms.items():
        yield suite_table(arm, suite, alpha)
        yield from map(paragraph, one.in_words)
        yield f"Not scored: {', '.join(one.not_scored)}." if one.not_scored else ""
    if suite.spec:
        yield published_table(suite.spec)


def _method(one: Benchmark, scored: Scored, alpha: float, power: float) -> Iterable[Part]:
    if scored.constant is None:
        yield f"No question was scored {METHODS[scored.method]}."
        return
    yield score_table(one, scored, alpha)
    if scored.orders:
        yield order_table(scored)
    yield "\n".join(map(paragraph, [favourites(scored.scores), *scored.constant_arms.values()]))
    if scored.planned:
        yield pair_table(scored, alpha, power)
    if others := [pair for pair in scored.pairs if not pair.planned]:
        yield paragraph(_others(others, alpha))


def _others(others: Sequence[PairOfArms], alpha: float) -> str:
    found = [pair for pair in others if pair.p_holm_all < alpha]
    corrected = f"(p corrected for all {others[0].tests} pairs of all benchmarks, Holm)"
    if not found:
        return f"None of the {len(others)} other pairs of arms differs {corrected}; each is in benchmark_pairs.csv."
    named = "; ".join(f"{_better(pair)}, p {short_p(pair.p_holm_all)}" for pair in found)
    return f"Of the {len(others)} other pairs of arms {len(found)} differ {corrected}: {named}."


def _better(pair: PairOfArms) -> str:
    two = (pair.a, pair.b) if pair.difference > 0 else (pair.b, pair.a)
    return f"{two[0]} − {two[1]} {abs(pair.difference):+.4f}"
