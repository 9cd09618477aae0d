"""The benchmarks in a terminal: their tables and sentences, each benchmark by itself, then all together."""

from collections.abc import Iterable, Mapping, Sequence

from domaintune.compare.benchmarks.scores import favourites
from domaintune.science.comparison.benchmark_tables import (
    order_table,
    pair_table,
    published_notes,
    published_table,
    score_table,
    suite_table,
)
from domaintune.science.comparison.benchmarked import METHODS, Benchmark, PairOfArms, Scored
from domaintune.science.comparison.suite import Suite
from domaintune.science.comparison.tables import short_p
from domaintune.science.evidence.statistics import ResultTable
from domaintune.science.evidence.terminal import paragraph

Part = str | ResultTable


def benchmark_tables(benchmarks: Mapping[str, Benchmark], alpha: float, power: float) -> Iterable[Part]:
    """Yield every benchmark's tables, tests and footnotes."""
    for name, one in benchmarks.items():
        yield f"== {one.title} ({name}) =="
        for scored in one.methods:
            yield from _method(one, scored, alpha, power)
        yield from (paragraph(note) for note in (published_notes(one.published) if one.published else ()))


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
