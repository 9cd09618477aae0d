"""Every benchmark's scores by method, and every two arms on the same questions: tests, sentences, rows of files."""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import combinations
from math import inf, isfinite

from domaintune.compare.benchmarks.inputs import Bench
from domaintune.compare.benchmarks.scores import arm_scores, constant_arms, constant_scores, over_orders
from domaintune.compare.params import Comparing
from domaintune.core.records.question import BenchmarkItem
from domaintune.core.sections.arms import Arm
from domaintune.science.comparison.benchmark_tables import test_of
from domaintune.science.comparison.benchmarked import ALL, AVERAGE, Benchmark, PairOfArms, Scored
from domaintune.science.evidence.non_inferiority import Table, score_interval
from domaintune.science.evidence.shares import Cell, design_of
from domaintune.science.evidence.significance import holm, mcnemar, smallest_difference
from domaintune.science.evidence.statistics_text import p_text, questions_in_words

SCORES = Cell._fields[:-1]  # all but the choices
PAIRS = PairOfArms._fields[:-3]  # all but the degrees of freedom, the questions and the sentence
Csv = tuple[list[str], list[list[object]]]
"""Head and rows."""


def compare_benchmarks(
    benches: Mapping[str, Bench], arms: Mapping[str, Arm], comparing: Comparing
) -> dict[str, Benchmark]:
    """Return each benchmark's scores and tests, by method.

    Holm corrects two families of tests: every arm against its baseline by the first method of every benchmark, because
    that is what was asked; and all pairs by all methods, the planned ones included. Nobody may choose afterwards.
    """
    found = {name: _benchmark(bench, arms, comparing) for name, bench in benches.items()}
    first = [pair.p for one in found.values() for pair in one.methods[0].planned]
    every = [pair.p for one in found.values() for method in one.methods for pair in method.pairs]
    p_first, p_every = iter(holm(first)), iter(holm(every))
    for one in found.values():
        for at, method in enumerate(one.methods):
            for i, pair in enumerate(method.pairs):
                asked, p_all = at == 0 and pair.planned, next(p_every)
                tests = len(first) if asked else len(every)
                told = pair._replace(
                    p_holm=next(p_first) if asked else p_all if pair.planned else None,
                    p_holm_all=p_all,
                    tests=tests,
                    detectable_holm=_detectable(pair, comparing.alpha / tests, comparing.power),
                )
                said = _in_words(told, one.title, method.constant_arms, comparing)
                method.pairs[i] = told._replace(in_words=said)
    return found


def csv_tables(benchmarks: Mapping[str, Benchmark]) -> dict[str, Csv]:
    """Return the CSV files: a row an arm and subset (`over` tells it from the average and all), and a row a pair."""
    methods = [(name, one, scored) for name, one in benchmarks.items() for scored in one.methods]
    scores: list[list[object]] = []
    for name, one, scored in methods:
        for arm, own in scored.scores.items():
            cells = [("subset", subset, cell) for subset, cell in own.subsets.items()]
            theirs = one.published.rows.get(arm, {}) if one.published else {}
            for over, subset, cell in (*cells, (AVERAGE, AVERAGE, own.average), (ALL, ALL, own.pooled)):
                published = [one.shown, theirs[subset]] if subset in theirs else ["", ""]
                scores.append([name, scored.method, arm, over, subset, *cell[:-1], *published])
    pairs: list[list[object]] = [
        [name, scored.method, *pair[:-3]] for name, _, scored in methods for pair in scored.pairs
    ]
    head = ["benchmark", "method", "arm", "over", "subset", *SCORES, "published_metric", "published"]
    return {
        "benchmarks.csv": (head, scores),
        "benchmark_pairs.csv": (["benchmark", "method", *PAIRS], pairs),
    }


def _benchmark(bench: Bench, arms: Mapping[str, Arm], comparing: Comparing) -> Benchmark:
    """Score a benchmark; published figures do not stand beside where their average is over other subsets."""
    published = bench.published
    found = {row.subset for by_arm in bench.items.values() for own in by_arm.values() for row in own}
    theirs = set(next(iter(published.rows.values()))) - {AVERAGE} if published else found
    others = None
    if found and theirs != found:
        others = (
            f"Published figures are not shown: the published table has other subsets ({', '.join(sorted(theirs))}) "
            f"than these questions ({', '.join(sorted(found))})."
        )
    return Benchmark(
        *bench[:5],
        shown=published.metric if published else "micro_f1",
        published=None if others else published,
        not_beside=others,
        methods=[_method(method, bench, arms, comparing) for method in bench.items],
    )


def _method(method: str, bench: Bench, arms: Mapping[str, Arm], comparing: Comparing) -> Scored:
    """Score every arm by one method, arms and subsets in the publication's order, those it does not have last."""
    asked = {arm: own for arm, own in bench.items[method].items() if own}
    published = bench.published.rows if bench.published else {}
    order = [arm for arm in published if arm in asked]
    order += sorted(set(asked) - set(order), key=lambda a: (arms[a].baseline, arms[a].baseline != a, a))
    found = {row.subset for own in asked.values() for row in own}
    subsets = [name for name in next(iter(published.values()), ()) if name in found]
    subsets += sorted(found - set(subsets))
    scores = {arm: arm_scores(asked[arm], subsets, comparing.alpha) for arm in order}
    cyclic = any(row.rotation for own in asked.values() for row in own)
    planned = [(arm, arms[arm].baseline) for arm in order if arms[arm].baseline in set(order) - {arm}]
    twos = [(b, a) for a, b in combinations(order, 2) if not {(a, b), (b, a)} & set(planned)]
    return Scored(
        method=method,
        questions=len({row.question_id for row in asked[order[0]]}) if order else 0,
        clusters=scores[order[0]].pooled.clusters if order else 0,
        orders={arm: over_orders(asked[arm]) for arm in order if cyclic},
        subsets=subsets,
        arms=order,
        not_scored=sorted(set(arms) - set(order)),
        scores=scores,
        constant=constant_scores(asked[order[0]], subsets, comparing.alpha) if order else None,
        constant_arms=constant_arms(scores),
        pairs=[_compared(a, b, (a, b) in planned, asked, comparing) for a, b in planned + twos],
    )


def table_of(pair: PairOfArms) -> Table:
    """Return a pair's counts with what its clusters make of them."""
    df = inf if pair.df is None else pair.df
    return Table(pair.n, pair.only_a, pair.only_b, pair.design_effect, df, pair.n / pair.questions)


def _compared(
    a: str, b: str, planned: bool, items: Mapping[str, Sequence[BenchmarkItem]], comparing: Comparing
) -> PairOfArms:
    clusters = [row.cluster for row in items[a]]
    right_a, right_b = ([row.outcome == "correct" for row in items[arm]] for arm in (a, b))
    both = Counter(zip(right_a, right_b, strict=True))
    n, only_a, only_b = len(clusters), both[True, False], both[False, True]
    design = design_of([int(x) - int(y) for x, y in zip(right_a, right_b, strict=True)], clusters)
    questions, df = len({row.question_id for row in items[a]}), design.df if isfinite(design.df) else None
    table = Table(n, only_a, only_b, design.effect, design.df, n / questions)
    pair = PairOfArms(
        a, b, planned, n, design.clusters, design.effect, both[True, True], only_a, only_b, both[False, False],
        sum(right_a) / n, sum(right_b) / n, *score_interval(table, comparing.alpha),
        p=mcnemar(right_a, right_b, clusters), p_holm=None, p_holm_all=1.0, tests=0, detectable=None,
        detectable_holm=None, df=df, questions=questions, in_words="",
    )  # fmt: skip
    return pair._replace(detectable=_detectable(pair, comparing.alpha, comparing.power))


def _detectable(pair: PairOfArms, alpha: float, power: float) -> float | None:
    """Return the smallest difference the test finds, at the observed share of questions that tell the two apart."""
    discordant = (pair.only_a + pair.only_b) / pair.n
    return smallest_difference(int(pair.n / pair.design_effect), discordant, alpha, power)


def _in_words(pair: PairOfArms, title: str, constant: Mapping[str, str], comparing: Comparing) -> str:
    """Say how far the arm is from the other, whether that may be chance, and what could have been shown.

    `constant`: what is said of arms that nearly always name the same option.
    """
    a, b, level = pair.a, pair.b, f"{100 * (1 - comparing.alpha):g} %"
    asked = questions_in_words(pair.questions, pair.clusters, pair.n)
    counted = "questions" if pair.questions == pair.n else "times"
    p, tests = pair.p_holm_all if pair.p_holm is None else pair.p_holm, pair.tests
    found = "is" if p < comparing.alpha else "is not"
    corrected = f"; {p_text(p)} after correction for {tests} tests, Holm" if tests > 1 else ""
    said = [
        f"On the same {asked} of {title}, {a} has {100 * pair.accuracy_a:.1f} % right and {b} "
        f"{100 * pair.accuracy_b:.1f} %: {100 * pair.difference:+.1f} points ({level} interval "
        f"{100 * pair.ci_low:+.1f} to {100 * pair.ci_high:+.1f}).",
        f"{pair.only_a:,} {counted} only {a} has right, {pair.only_b:,} only {b}.",
        f"The difference {found} significant at the {100 * comparing.alpha:g} % level ({test_of(pair)}, "
        f"{p_text(pair.p)}{corrected}).",
        _could_show(pair, f"{100 * comparing.power:g} %"),
    ]
    return " ".join(said + [constant[arm] for arm in (a, b) if arm in constant])


def _could_show(pair: PairOfArms, chance: str) -> str:
    alone, corrected = pair.detectable, pair.detectable_holm
    if alone is None:
        return f"Too few questions tell the two apart to show any difference with {chance} power."
    text = f"With {chance} power this sample could have shown a difference of {100 * alone:.1f} points"
    if pair.tests == 1:
        return f"{text}."
    after = (
        "and none after the correction"
        if corrected is None
        else f"{100 * corrected:.1f} after the correction"
    )
    return f"{text} in a test of its own, {after}."
