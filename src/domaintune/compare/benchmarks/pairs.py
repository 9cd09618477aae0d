"""Two arms on the same questions: how far apart, whether that may be chance, and what could have been shown."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from math import inf, isfinite
from typing import Any, NamedTuple

from domaintune.compare.params import Comparing
from domaintune.core.records.answer import BenchmarkItem
from domaintune.science.evidence.classification import mcnemar
from domaintune.science.evidence.design_effect import design_of
from domaintune.science.evidence.non_inferiority import Table, score_interval
from domaintune.science.evidence.paired_proportions import smallest_difference
from domaintune.science.evidence.significance import holm


class Two(NamedTuple):
    """Arm a is held against arm b; planned where b is a's baseline."""

    a: str
    b: str
    planned: bool


def compare_pairs(
    items: Mapping[str, Sequence[BenchmarkItem]],
    order: Sequence[str],
    baselines: Mapping[str, str],
    comparing: Comparing,
) -> list[dict[str, Any]]:
    """Compare each arm with its baseline, then all other pairs, on all questions together."""
    return [_compared(two, items, comparing) for two in _twos(order, baselines)]


def correct(
    planned: Iterable[dict[str, Any]], everything: Iterable[dict[str, Any]], comparing: Comparing
) -> None:
    """Add Holm's p-values over all benchmarks.

    Two families of tests: every arm against its baseline by the first method of every benchmark, because that is what
    was asked; and all pairs by all methods, the planned ones included. Nobody may choose afterwards.
    """
    planned, everything = list(planned), list(everything)
    for pair, p in zip(everything, holm([pair["p"] for pair in everything]), strict=True):
        pair |= {"p_holm_all": p, "p_holm": p if pair["planned"] else None, "tests": len(everything)}
    for pair, p in zip(planned, holm([pair["p"] for pair in planned]), strict=True):
        pair |= {"p_holm": p, "tests": len(planned)}
    for pair in everything:
        pair["detectable_holm"] = _detectable(pair, comparing.alpha / pair["tests"], comparing.power)


def table_of(pair: Mapping[str, Any]) -> Table:
    """Return a pair's counts with what its clusters make of them."""
    df = inf if pair["df"] is None else pair["df"]
    asked = pair["n"] / pair["questions"]
    return Table(pair["n"], pair["only_a"], pair["only_b"], pair["design_effect"], df, asked)


def _twos(order: Sequence[str], baselines: Mapping[str, str]) -> list[Two]:
    planned = [
        Two(arm, baselines[arm], planned=True)
        for arm in order
        if baselines[arm] != arm and baselines[arm] in order
    ]
    taken = {frozenset(two[:2]) for two in planned}
    others = [Two(b, a, planned=False) for a, b in combinations(order, 2) if frozenset((a, b)) not in taken]
    return planned + others


def _compared(two: Two, items: Mapping[str, Sequence[BenchmarkItem]], comparing: Comparing) -> dict[str, Any]:
    clusters = [row.cluster for row in items[two.a]]
    a, b = ([row.outcome == "correct" for row in items[arm]] for arm in (two.a, two.b))
    test = mcnemar(a, b, clusters)
    design = design_of([int(x) - int(y) for x, y in zip(a, b, strict=True)], clusters)
    known = {"design_effect": design.effect, "df": design.df if isfinite(design.df) else None}
    known["questions"] = len({row.question_id for row in items[two.a]})
    pair = two._asdict() | test._asdict() | known
    apart = score_interval(table_of(pair), comparing.alpha)
    pair |= {"difference": apart.difference, "ci_low": apart.low, "ci_high": apart.high}
    pair |= {"accuracy_a": sum(a) / test.n, "accuracy_b": sum(b) / test.n}
    return pair | {"detectable": _detectable(pair, comparing.alpha, comparing.power)}


def _detectable(pair: Mapping[str, Any], alpha: float, power: float) -> float | None:
    """Return the smallest difference the test finds, at the observed share of questions that tell the two apart."""
    n, discordant = int(pair["n"] / pair["design_effect"]), (pair["only_a"] + pair["only_b"]) / pair["n"]
    return smallest_difference(n, discordant, alpha, power)
