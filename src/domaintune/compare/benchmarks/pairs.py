"""Two arms on the same questions: how far apart, whether that may be chance, and what could have been shown."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from math import inf, isfinite

from domaintune.compare.params import Comparing
from domaintune.core.records.answer import BenchmarkItem
from domaintune.science.comparison.benchmarked import PairOfArms
from domaintune.science.comparison.suite import SuiteRow
from domaintune.science.evidence.classification import mcnemar
from domaintune.science.evidence.design_effect import design_of
from domaintune.science.evidence.non_inferiority import Table, score_interval
from domaintune.science.evidence.significance import holm, smallest_difference


def compare_pairs(
    items: Mapping[str, Sequence[BenchmarkItem]],
    order: Sequence[str],
    baselines: Mapping[str, str],
    comparing: Comparing,
) -> list[PairOfArms]:
    """Compare each arm with its baseline, then all other pairs, on all questions together; not corrected yet."""
    return [_compared(*two, items=items, comparing=comparing) for two in _twos(order, baselines)]


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


def table_of(pair: PairOfArms | SuiteRow) -> Table:
    """Return a pair's counts with what its clusters make of them."""
    df = inf if pair.df is None else pair.df
    return Table(pair.n, pair.only_a, pair.only_b, pair.design_effect, df, pair.n / pair.questions)


def _twos(order: Sequence[str], baselines: Mapping[str, str]) -> Iterator[tuple[str, str, bool]]:
    """Yield arm, the arm that it is held against, and whether that is its baseline."""
    planned = [(arm, baselines[arm]) for arm in order if baselines[arm] != arm and baselines[arm] in order]
    yield from ((*two, True) for two in planned)
    taken = {frozenset(two) for two in planned}
    yield from ((b, a, False) for a, b in combinations(order, 2) if frozenset((a, b)) not in taken)


def _compared(
    a: str, b: str, planned: bool, *, items: Mapping[str, Sequence[BenchmarkItem]], comparing: Comparing
) -> PairOfArms:
    clusters = [row.cluster for row in items[a]]
    right_a, right_b = ([row.outcome == "correct" for row in items[arm]] for arm in (a, b))
    test = mcnemar(right_a, right_b, clusters)
    design = design_of([int(x) - int(y) for x, y in zip(right_a, right_b, strict=True)], clusters)
    questions, df = len({row.question_id for row in items[a]}), design.df if isfinite(design.df) else None
    table = Table(test.n, test.only_a, test.only_b, design.effect, design.df, test.n / questions)
    pair = PairOfArms(
        a, b, planned, *test, design.effect, df, questions, *score_interval(table, comparing.alpha),
        accuracy_a=sum(right_a) / test.n, accuracy_b=sum(right_b) / test.n, detectable=None, p_holm=None,
        p_holm_all=1.0, tests=0, detectable_holm=None, in_words="",
    )  # fmt: skip
    return pair._replace(detectable=_detectable(pair, comparing.alpha, comparing.power))


def _detectable(pair: PairOfArms, alpha: float, power: float) -> float | None:
    """Return the smallest difference the test finds, at the observed share of questions that tell the two apart."""
    discordant = (pair.only_a + pair.only_b) / pair.n
    return smallest_difference(int(pair.n / pair.design_effect), discordant, alpha, power)
