"""Two arms on the same questions: how far apart, whether that may be chance, and what could have been shown."""

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any, NamedTuple

from domaintune.compare.params import Comparing
from domaintune.core.records.benchmark_item import BenchmarkItem
from domaintune.science.evidence.classification import mcnemar
from domaintune.science.evidence.paired_proportions import paired_difference, smallest_difference
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
    """Compare each arm with its baseline, then all other pairs, on all questions together.

    Two families of tests: the comparisons planned in params.yaml are corrected among themselves, because they are
    what was asked; all pairs, the planned ones included, are corrected among all. Nobody may choose afterwards.
    """
    twos = _twos(order, baselines)
    found = [_compared(two, items, comparing) for two in twos]
    planned = [pair for pair in found if pair["planned"]]
    for pair, p in zip(found, holm([pair["p"] for pair in found]), strict=True):
        pair["p_holm_all"] = p
    for pair, p in zip(planned, holm([pair["p"] for pair in planned]), strict=True):
        pair["p_holm"] = p
    for pair in found:
        tests = len(planned) if pair["planned"] else len(found)
        pair["tests"] = tests
        pair["detectable_holm"] = _detectable(pair, comparing.alpha / tests, comparing.power)
    return found


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
    right = [[row.outcome == "correct" for row in items[arm]] for arm in (two.a, two.b)]
    test = mcnemar(*right)
    apart = paired_difference(test.both, test.only_a, test.only_b, test.neither, comparing.alpha)
    shares = {"accuracy_a": sum(right[0]) / test.n, "accuracy_b": sum(right[1]) / test.n}
    pair = two._asdict() | test._asdict() | apart._asdict() | shares | {"p_holm": None}
    return pair | {"detectable": _detectable(pair, comparing.alpha, comparing.power)}


def _detectable(pair: Mapping[str, Any], alpha: float, power: float) -> float | None:
    """Return the smallest difference the test finds, at the observed share of questions that tell the two apart."""
    return smallest_difference(pair["n"], (pair["only_a"] + pair["only_b"]) / pair["n"], alpha, power)
