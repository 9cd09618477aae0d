"""Every benchmark's scores by method, and every two arms on the same questions: tests corrected over all benchmarks."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, islice
from math import inf, isfinite

from domaintune.compare.benchmarks.inputs import Bench
from domaintune.compare.benchmarks.outputs import pair_in_words
from domaintune.compare.benchmarks.scores import arm_scores, constant_arms, constant_scores, over_orders
from domaintune.compare.params import Comparing
from domaintune.core.records.question import BenchmarkItem
from domaintune.core.sections.arms import Arm
from domaintune.science.comparison.benchmarked import AVERAGE, Benchmark, PairOfArms, Scored
from domaintune.science.evidence.non_inferiority import Table, score_interval
from domaintune.science.evidence.shares import design_of
from domaintune.science.evidence.significance import holm, mcnemar, smallest_difference


def compare_benchmarks(
    benches: Mapping[str, Bench], arms: Mapping[str, Arm], comparing: Comparing
) -> dict[str, Benchmark]:
    """Return each benchmark's scores and tests, by method; tests are corrected over all benchmarks."""
    found = {}
    for name, bench in benches.items():
        others, theirs = _other_subsets(bench), bench.published
        found[name] = Benchmark(
            *bench[:5],
            shown=theirs.metric if theirs else "micro_f1",
            published=None if others else theirs,
            not_beside=others,
            methods=[_method(method, bench, arms, comparing) for method in bench.items],
        )
    every = [
        (at == 0, pair) for one in found.values() for at, m in enumerate(one.methods) for pair in m.pairs
    ]
    first = [at for at, (headline, pair) in enumerate(every) if headline and pair.planned]
    pairs = iter(corrected([pair for _, pair in every], first, comparing))
    return {
        name: one._replace(
            methods=[
                m._replace(
                    pairs=[
                        pair._replace(in_words=pair_in_words(pair, one.title, m.constant_arms, comparing))
                        for pair in islice(pairs, len(m.pairs))
                    ]
                )
                for m in one.methods
            ]
        )
        for name, one in found.items()
    }


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
        pairs=[
            _compared(*two, items=asked, comparing=comparing)
            for two in _twos(order, {arm: arms[arm].baseline for arm in order})
        ],
    )


def _other_subsets(bench: Bench) -> str | None:
    """Say why published figures cannot stand beside these: its average is over its own subsets."""
    found = {row.subset for by_arm in bench.items.values() for own in by_arm.values() for row in own}
    theirs = set(next(iter(bench.published.rows.values()))) - {AVERAGE} if bench.published else found
    if not found or theirs == found:
        return None
    return (
        f"Published figures are not shown: the published table has other subsets ({', '.join(sorted(theirs))}) than "
        f"these questions ({', '.join(sorted(found))})."
    )


def corrected(pairs: Sequence[PairOfArms], first: Sequence[int], comparing: Comparing) -> list[PairOfArms]:
    """Return the pairs of all benchmarks with Holm's p-values.

    Two families of tests: every arm against its baseline by the first method of every benchmark (`first`: their places
    in `pairs`), because that is what was asked; and all pairs by all methods, the planned ones included. Nobody may
    choose afterwards.
    """
    everything = holm([pair.p for pair in pairs])
    planned = dict(zip(first, holm([pairs[at].p for at in first]), strict=True))
    found = []
    for at, (pair, p_all) in enumerate(zip(pairs, everything, strict=True)):
        tests = len(planned) if at in planned else len(pairs)
        p_holm = planned.get(at, p_all if pair.planned else None)
        detectable = _detectable(pair, comparing.alpha / tests, comparing.power)
        found.append(pair._replace(p_holm=p_holm, p_holm_all=p_all, tests=tests, detectable_holm=detectable))
    return found


def table_of(pair: PairOfArms) -> Table:
    """Return a pair's counts with what its clusters make of them."""
    df = inf if pair.df is None else pair.df
    return Table(pair.n, pair.only_a, pair.only_b, pair.design_effect, df, pair.n / pair.questions)


def _twos(order: Sequence[str], baselines: Mapping[str, str]) -> Iterator[tuple[str, str, bool]]:
    """Yield each arm with its baseline (True), then all other pairs of arms (False)."""
    planned = [(arm, baselines[arm]) for arm in order if baselines[arm] != arm and baselines[arm] in order]
    yield from ((*two, True) for two in planned)
    taken = {frozenset(two) for two in planned}
    yield from ((b, a, False) for a, b in combinations(order, 2) if frozenset((a, b)) not in taken)


def _compared(
    a: str, b: str, planned: bool, *, items: Mapping[str, Sequence[BenchmarkItem]], comparing: Comparing
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
