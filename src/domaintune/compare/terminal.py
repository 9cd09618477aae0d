"""The comparison in a terminal: its sentences, and the tables of science/comparison."""

from collections.abc import Iterable

from domaintune.compare.benchmarks.narrative import benchmark_tables, suite_text
from domaintune.science.comparison.judged import Against
from domaintune.science.comparison.mean_tables import mean_tables, single_means, text_means
from domaintune.science.comparison.tables import BY, differences, gain_tables, selection_tables
from domaintune.science.comparison.tree import Comparison, SingleRubric, TextMeasures
from domaintune.science.evidence.statistics import ResultTable
from domaintune.science.evidence.statistics_text import tables
from domaintune.science.evidence.terminal import as_text as laid_out
from domaintune.science.evidence.terminal import paragraph
from domaintune.science.near_copies import near_copies_text

Part = str | ResultTable


def as_text(found: Comparison) -> str:
    """Return the judge's warnings, what was judged, then the benchmarks, the selection and what is left of copies."""
    warned = "\n".join([*(f"!! {text}" for text in found.judge.warnings), *found.judge.same_model])
    judged = found.judged or not (found.single or found.benchmarks)
    parts: list[Part] = [
        warned,
        *(part for name, arm in sorted(found.arms.items()) if judged for part in _against(name, arm)),
        *(
            part
            for name, one in sorted((found.single or {}).items())
            for part in _single(name, one, found.alpha)
        ),
    ]
    if judged and not found.arms:
        parts.append("No arm has another arm as its baseline: there is nothing to compare.")
    if found.benchmarks and found.suite:
        parts += benchmark_tables(found.benchmarks, found.alpha, found.power)
        parts += suite_text(found.suite, found.alpha)
    if found.text_measures:
        parts += _text_measures(found.text_measures, found.alpha)
    if found.selection:
        parts.append("== selected rows against random control ==")
        parts += selection_tables(found.selection, found.alpha, found.power)
    parts.append(paragraph(near_copies_text(found.near_copies)))
    return "\n\n".join(laid_out(part) if isinstance(part, ResultTable) else part for part in parts if part)


def _against(name: str, arm: Against) -> Iterable[Part]:
    """Yield the tables and sentences of every pairwise rubric."""
    yield f"== {name} against {arm.baseline} =="
    for rubric, found in sorted(arm.rubrics.items()):
        for one in found.paired.values():
            yield from tables(one.statistics, arm.baseline, name)
        for one in found.paired.values():
            yield one.in_words
            yield one.worst_case.in_words if one.worst_case else ""
        for by in BY:
            yield from gain_tables(
                found.paired, {each: each for each in found.paired}, f"{name} − {arm.baseline}", by
            )
        yield " ".join([f"{rubric}:", *filter(None, [found.choices_in_words, found.read.in_words])])
        yield found.judge_in_words


def _single(name: str, one: SingleRubric, alpha: float) -> Iterable[Part]:
    """Yield a rubric's means beside those published, then each arm's differences to its baseline."""
    yield f"== {name}: {one.description} =="
    yield single_means(one, alpha)
    for by in BY:
        yield from mean_tables(one.arms, one.shown, one.published_categories, by)
    for arm, found in one.against_baseline.items():
        if found.paired:
            yield differences(one, found, arm)
            for by in BY:
                yield from gain_tables(found.paired, one.shown, f"{arm} − {found.baseline}", by)
    yield from (f"{arm}: {own.in_words}" for arm, own in one.read.items())
    yield one.judge_in_words


def _text_measures(measured: TextMeasures, alpha: float) -> Iterable[Part]:
    yield "== text measures of the answers, which need no judge =="
    yield text_means(measured, alpha)
    for by in BY:
        yield from mean_tables(measured.arms, {one.name: one.name for one in measured.measures}, None, by)
    about = "; ".join(f"{one.name}: {one.about}" for one in measured.measures)
    yield paragraph(f"They are counted, not judged, and are no substitute for a criterion. {about}.")
