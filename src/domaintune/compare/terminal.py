"""The comparison in a terminal: its sentences, and the tables of science/comparison."""

from collections.abc import Iterator, Sequence

from domaintune.compare.benchmarks.scores import favourites
from domaintune.science.comparison import benchmark_tables, mean_tables, tables
from domaintune.science.comparison.benchmarked import Benchmark, PairOfArms, Scored
from domaintune.science.comparison.judged import Against
from domaintune.science.comparison.tree import Comparison, SingleRubric, Suite
from domaintune.science.evidence import statistics_text
from domaintune.science.evidence.statistics import ResultTable
from domaintune.science.evidence.terminal import as_text as laid_out
from domaintune.science.evidence.terminal import paragraph
from domaintune.science.near_copies import near_copies_text

Part = str | ResultTable


def as_text(found: Comparison) -> str:
    """Return the judge's warnings, what was judged, then the benchmarks, the selection and what is left of copies."""
    return "\n\n".join(
        laid_out(part) if isinstance(part, ResultTable) else part for part in _parts(found) if part
    )


def _parts(found: Comparison) -> Iterator[Part]:
    alpha, judged = found.alpha, found.judged or not (found.single or found.benchmarks)
    yield "\n".join([*(f"!! {text}" for text in found.judge.warnings), *found.judge.same_model])
    for name, arm in sorted(found.arms.items()) if judged else ():
        yield from _against(name, arm)
    for name, one in sorted((found.single or {}).items()):
        yield from _single(name, one, alpha)
    if judged and not found.arms:
        yield "No arm has another arm as its baseline: there is nothing to compare."
    if found.suite:
        for name, benchmark in (found.benchmarks or {}).items():
            yield f"== {benchmark.title} ({name}) =="
            for scored in benchmark.methods:
                yield from _method(benchmark, scored, alpha, found.power)
            yield from map(paragraph, benchmark_tables.published_notes(benchmark))
        yield from _suite(found.suite, alpha)
    if measured := found.text_measures:
        yield "== text measures of the answers, which need no judge =="
        yield mean_tables.text_means(measured, alpha)
        for by in tables.BY:
            yield from mean_tables.mean_tables(
                measured.arms, {one.name: one.name for one in measured.measures}, None, by
            )
        about = "; ".join(f"{one.name}: {one.about}" for one in measured.measures)
        yield paragraph(f"They are counted, not judged, and are no substitute for a criterion. {about}.")
    if found.selection:
        yield "== selected rows against random control =="
        yield from tables.selection_tables(found.selection, alpha, found.power)
    yield paragraph(near_copies_text(found.near_copies))


def _against(name: str, arm: Against) -> Iterator[Part]:
    yield f"== {name} against {arm.baseline} =="
    for rubric, found in sorted(arm.rubrics.items()):
        for one in found.paired.values():
            yield from statistics_text.tables(one.statistics, arm.baseline, name)
        for one in found.paired.values():
            yield one.in_words
            yield one.worst_case.in_words if one.worst_case else ""
        for by in tables.BY:
            yield from tables.gain_tables(
                found.paired, {each: each for each in found.paired}, f"{name} − {arm.baseline}", by
            )
        yield " ".join([f"{rubric}:", *filter(None, [found.choices_in_words, found.read.in_words])])
        yield found.judge_in_words


def _single(name: str, one: SingleRubric, alpha: float) -> Iterator[Part]:
    """Yield a rubric's means beside those published, then each arm's differences to its baseline."""
    yield f"== {name}: {one.description} =="
    yield mean_tables.single_means(one, alpha)
    for by in tables.BY:
        yield from mean_tables.mean_tables(one.arms, one.shown, one.published_categories, by)
    for arm, found in one.against_baseline.items():
        if found.paired:
            yield tables.differences(one, found, arm)
            for by in tables.BY:
                yield from tables.gain_tables(found.paired, one.shown, f"{arm} − {found.baseline}", by)
    yield from (f"{arm}: {own.in_words}" for arm, own in one.read.items())
    yield one.judge_in_words


def _suite(suite: Suite, alpha: float) -> Iterator[Part]:
    if suite.arms or suite.spec:
        yield "== All benchmarks, tuned against base =="
    for arm, one in suite.arms.items():
        yield benchmark_tables.suite_table(arm, suite, alpha)
        yield from map(paragraph, one.in_words)
        yield f"Not scored: {', '.join(one.not_scored)}." if one.not_scored else ""
    if suite.spec:
        yield benchmark_tables.published_table(suite.spec)


def _method(one: Benchmark, scored: Scored, alpha: float, power: float) -> Iterator[Part]:
    if scored.constant is None:
        yield f"No question was scored {benchmark_tables.METHODS[scored.method]}."
        return
    yield benchmark_tables.score_table(one, scored, alpha)
    if scored.orders:
        yield benchmark_tables.order_table(scored)
    yield "\n".join(map(paragraph, [favourites(scored.scores), *scored.constant_arms.values()]))
    if scored.planned:
        yield benchmark_tables.pair_table(scored, alpha, power)
    if others := [pair for pair in scored.pairs if not pair.planned]:
        yield paragraph(_others(others, alpha))


def _others(others: Sequence[PairOfArms], alpha: float) -> str:
    found = [pair for pair in others if pair.p_holm_all < alpha]
    corrected = f"(p corrected for all {others[0].tests} pairs of all benchmarks, Holm)"
    if not found:
        return f"None of the {len(others)} other pairs of arms differs {corrected}; each is in benchmark_pairs.csv."
    ahead = [(pair, (pair.a, pair.b) if pair.difference > 0 else (pair.b, pair.a)) for pair in found]
    named = (
        f"{one} − {two} {abs(pair.difference):+.4f}, p {tables.short_p(pair.p_holm_all)}"
        for pair, (one, two) in ahead
    )
    return f"Of the {len(others)} other pairs of arms {len(found)} differ {corrected}: {'; '.join(named)}."
