"""Draws without an effect for bench/evidence.py: benchmarks, what was forgotten, and selections against chance."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.random import Generator

from domaintune.compare.benchmarks.inputs import Bench
from domaintune.compare.benchmarks.results import compare_benchmarks
from domaintune.compare.benchmarks.suite import compare_suite
from domaintune.compare.params import Comparing, Selection
from domaintune.compare.selection import decide, measure
from domaintune.core.records.question import BenchmarkItem
from domaintune.core.sections.arms import Arm
from domaintune.core.sections.evaluation import Role
from domaintune.science.comparison.benchmarked import Benchmark
from domaintune.science.comparison.tree import MeasuredSelection, Suite

Draw = Callable[[Generator], dict[str, bool]]
"""Draws one study without an effect; verdict → whether it said something false."""
BASE, MARGIN = "base", 0.05


def clustered(
    rng: Generator, shape: tuple[int, int], icc: float, one: Callable[[tuple[int, ...]], Any]
) -> Any:
    """Draw a value a question, clusters × size; each is its cluster's with probability √icc, so that two of a cluster
    correlate by icc, whatever the distribution."""
    common, own = one((shape[0], 1)), one(shape)
    return np.where(rng.random(shape) < icc**0.5, common, own)


def answers(
    rng: Generator, arms: Sequence[str], shape: tuple[int, int], icc: float, lost: float
) -> dict[str, list[bool]]:
    """Return who has which question right: arms lose `lost` + 0.1 of what the baseline has and win 0.1, in clusters."""
    right = clustered(rng, shape, icc, lambda size: rng.random(size) < 0.6)
    drawn = {BASE: right}
    for arm in arms:
        # Of the baseline's 60 % right a share turns wrong, of its 40 % wrong another turns right.
        turned = clustered(rng, shape, icc, rng.random)
        drawn[arm] = np.where(right, turned > (0.1 + lost) / 0.6, turned < 0.1 / 0.4)
    return {arm: own.ravel().tolist() for arm, own in drawn.items()}


def bench(name: str, right: Mapping[str, Sequence[bool]], size: int, role: Role) -> Bench:
    """Return scored questions, `size` on each passage."""
    items = {
        arm: [
            BenchmarkItem.model_construct(
                arm=arm, benchmark=name, method="likelihood", question_id=str(i), rotation=0, cluster=str(i // size),
                subset="all", options=2, gold="1", choice="1" if hit else "2", outcome="correct" if hit else "wrong",
                truncated=False,
            )
            for i, hit in enumerate(own)
        ]
        for arm, own in right.items()
    }  # fmt: skip
    return Bench(name, "drawn", "none", "drawn", role, None, {"likelihood": items})


def compared(
    benches: Mapping[str, Bench], arms: Sequence[str], comparing: Comparing
) -> tuple[dict[str, Benchmark], Suite]:
    """Return the benchmarks and the suite as `compare` writes them."""
    known = {arm: Arm.model_construct(baseline=BASE) for arm in (BASE, *arms)}
    found = compare_benchmarks(benches, known, comparing)
    return found, compare_suite(found, dict.fromkeys(known, BASE), None, comparing)


def one_benchmark(comparing: Comparing, shape: tuple[int, int], icc: float) -> Draw:
    """One arm that is as good as its baseline, on one benchmark."""

    def draw(rng: Generator) -> dict[str, bool]:
        right = answers(rng, ["tuned"], shape, icc, 0.0)
        found, _ = compared({"b": bench("b", right, shape[1], "target")}, ["tuned"], comparing)
        scored = found["b"].methods[0]
        (pair,) = scored.pairs
        cell = scored.scores[BASE].pooled
        return {
            "benchmark: the difference is significant": "is significant" in pair.in_words,
            "benchmark: interval of a difference": not pair.ci_low <= 0 <= pair.ci_high,
            "benchmark: interval of a score": not cell.ci_low <= 0.6 <= cell.ci_high,
        }

    return draw


def several_arms(comparing: Comparing, arms: int, benchmarks: int) -> Draw:
    """Arms that are as good as their baseline, on several benchmarks: is any of them called different?"""

    def draw(rng: Generator) -> dict[str, bool]:
        names = [f"arm{i}" for i in range(arms)]
        benches = {
            f"b{i}": bench(f"b{i}", answers(rng, names, (100, 1), 0.0, 0.0), 1, "target")
            for i in range(benchmarks)
        }
        found, suite = compared(benches, names, comparing)
        pairs = [pair for one in found.values() for pair in one.methods[0].pairs]
        averages = [one.average for one in suite.arms.values()]
        return {
            "benchmarks: any arm differs from its baseline": any(
                "is significant" in pair.in_words for pair in pairs if pair.planned
            ),
            "benchmarks: any two arms differ": any(pair.p_holm_all < comparing.alpha for pair in pairs),
            "suite: interval of an arm's average": not averages[0].ci_low <= 0 <= averages[0].ci_high,
        }

    return draw


def forgetting(
    comparing: Comparing,
    shape: tuple[int, int],
    icc: float,
    arms: int = 1,
    roles: Sequence[Role] = ("general",),
) -> Draw:
    """Arms that lose exactly the margin on every benchmark; one benchmark an entry of `roles`."""
    comparing = comparing.model_copy(update={"forgetting_margin": MARGIN})

    def draw(rng: Generator) -> dict[str, bool]:
        names = [f"arm{i}" for i in range(arms)]
        benches = {
            f"b{i}": bench(f"b{i}", answers(rng, names, shape, icc, MARGIN), shape[1], role)
            for i, role in enumerate(roles)
        }
        _, suite = compared(benches, names, comparing)
        told = {role.verdict for arm in suite.arms.values() for role in arm.roles.values()}
        forgetting = suite.arms[names[0]].benchmarks[0].forgetting
        alone = forgetting.verdict if forgetting else "none"
        return {
            "forgetting: any verdict is kept": "kept" in told,
            "forgetting: any verdict is lost": "lost" in told,
            "forgetting: a benchmark alone is kept": alone == "kept",
            "forgetting: a benchmark alone is lost": alone == "lost",
        }

    return draw


def selection(comparing: Comparing, k: int, seeds: float, measures: int = 12) -> Draw:
    """A selected set of rows that is one more draw; rows have an SD of 1, seeds the given one."""
    names = [[f"{side}{i}" for i in range(k)] for side in ("selected", "chance")]
    asked = Selection(selected=names[0], random=names[1])

    def one(rng: Generator, name: str) -> MeasuredSelection:
        rows = [rng.normal(size=1), rng.normal(size=k)]
        values = [row + rng.normal(0, seeds, k) for row in rows]
        given = {
            arm: {"q": float(value)}
            for side, own in zip(names, values, strict=True)
            for arm, value in zip(side, own, strict=True)
        }
        return measure(("judged", "drawn", name, given), asked, comparing.alpha)

    def draw(rng: Generator) -> dict[str, bool]:
        found = decide([one(rng, str(i)) for i in range(measures)], k, comparing)
        return {"selection: any gain or loss": any(each.verdict in {"gain", "loss"} for each in found)}

    return draw
