"""All benchmarks as one value that JSON can hold."""

from collections.abc import Mapping, Sequence
from typing import Any

from domaintune.compare.benchmarks.inputs import Bench
from domaintune.compare.benchmarks.pairs import compare_pairs
from domaintune.compare.benchmarks.scores import arm_scores
from domaintune.compare.benchmarks.words import pair_in_words
from domaintune.compare.params import Comparing
from domaintune.core.records.benchmark_item import BenchmarkItem
from domaintune.core.sections.arms import Arm
from domaintune.core.sections.benchmark_card import Published

AVERAGE = "average"


def compare_benchmarks(
    benches: Mapping[str, Bench], arms: Mapping[str, Arm], comparing: Comparing
) -> dict[str, Any]:
    """Return each benchmark's scores and tests, by method."""
    return {name: _benchmark(bench, arms, comparing) for name, bench in benches.items()}


def _benchmark(bench: Bench, arms: Mapping[str, Arm], comparing: Comparing) -> dict[str, Any]:
    about = bench.about
    return {
        "title": about.title,
        "source": about.source,
        "licence": about.licence,
        "how": about.how,
        "shown": about.published.metric if about.published else "micro_f1",
        "published": _published(about.published, arms),
        "methods": [
            {"method": method} | _method(bench, items, arms, comparing)
            for method, items in bench.items.items()
        ],
    }


def _method(
    bench: Bench, items: Mapping[str, Sequence[BenchmarkItem]], arms: Mapping[str, Arm], comparing: Comparing
) -> dict[str, Any]:
    published = bench.about.published
    scored = {arm: own for arm, own in items.items() if own}
    order = arms_in_order(scored, arms, published)
    subsets = subsets_in_order({row.subset for own in scored.values() for row in own}, published)
    baselines = {arm: arms[arm].baseline for arm in order}
    pairs = compare_pairs(scored, order, baselines, comparing)
    for pair in pairs:
        pair["in_words"] = pair_in_words(pair, bench.about.title, comparing)
    return {
        "questions": len(scored[order[0]]) if order else 0,
        "subsets": subsets,
        "arms": order,
        "not_scored": sorted(set(arms) - set(order)),
        "scores": {arm: arm_scores(scored[arm], subsets, comparing.alpha) for arm in order},
        "pairs": pairs,
    }


def arms_in_order(
    scored: Mapping[str, Any], arms: Mapping[str, Arm], published: Published | None
) -> list[str]:
    """Return the arms in the publication's order; those it does not have last, each after its baseline."""
    rows = list(published.rows) if published else []
    first = [arm for arm in rows if arm in scored]
    rest = sorted(set(scored) - set(first), key=lambda a: (arms[a].baseline, arms[a].baseline != a, a))
    return first + rest


def subsets_in_order(found: set[str], published: Published | None) -> list[str]:
    """Return the subsets in the publication's order, the others after them."""
    columns = [name for row in published.rows.values() for name in row] if published else []
    first = [name for name in dict.fromkeys(columns) if name in found]
    return first + sorted(found - set(first))


def _published(published: Published | None, arms: Mapping[str, Arm]) -> dict[str, Any] | None:
    """Return the published rows of our arms, and which averages lie outside their own subsets."""
    if published is None:
        return None
    rows = {arm: row for arm, row in published.rows.items() if arm in arms}
    return published.model_dump() | {"rows": rows, "odd": [arm for arm, row in rows.items() if _odd(row)]}


def _odd(row: Mapping[str, float]) -> bool:
    subsets = [value for name, value in row.items() if name != AVERAGE]
    return bool(subsets) and AVERAGE in row and not min(subsets) <= row[AVERAGE] <= max(subsets)
