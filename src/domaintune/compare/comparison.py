"""All arms against their baselines, on all that was measured, as one tree of records."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from domaintune.compare.benchmarks.inputs import Bench
from domaintune.compare.benchmarks.results import compare_benchmarks
from domaintune.compare.benchmarks.suite import compare_suite
from domaintune.compare.inputs import CompareSettings, Inputs
from domaintune.compare.judge_checks import Judging, about_judge
from domaintune.compare.narrative import asked_in_words, origin_of
from domaintune.compare.paired import Key, Told, compare_all
from domaintune.compare.pairwise import compare_lengths, orders_of, pairwise_rubrics, pairwise_scores
from domaintune.compare.scores import Pair, pairs, rejects, sort_out
from domaintune.compare.selection import compare_selection
from domaintune.compare.single import compare_single, measure_texts, single_scores
from domaintune.core.stage.accounting import Reject
from domaintune.science.comparison.judge import Judge
from domaintune.science.comparison.judged import Against
from domaintune.science.comparison.suite import SuiteSpec
from domaintune.science.comparison.tree import Comparison


class Compared(NamedTuple):
    """The comparison, the scores it rests on by arm, rubric and criterion, and the judgments not used.

    `items` are scored benchmark questions: none is lost, what could not be read counts as wrong.
    """

    comparison: Comparison
    scores: dict[Key, list[Pair]]
    clusters: dict[str, str]
    """Of each question."""
    judgments: int
    used: int
    lost: list[Reject]
    items: int


def compare_arms(
    settings: CompareSettings,
    inputs: Inputs,
    judging: Judging,
    benches: Mapping[str, Bench],
    *,
    suite: SuiteSpec | None,
    near_copies: dict[str, Any],
) -> Compared:
    """Compare each arm that is not its own baseline, and all arms on the benchmarks.

    Raises:
        InputError: a label belongs to no pair of answers that was judged, or a selection has unequal tokens.
    """
    comparing = settings.comparing
    scored = pairwise_scores(settings, inputs) | single_scores(settings, inputs)
    told = compare_all(settings, inputs, scored)
    judge = about_judge(settings.arms, inputs, judging, comparing.alpha)
    single = compare_single(settings, inputs, told)
    origin = origin_of(inputs.questions[q] for q in {q for own in inputs.answers.values() for q in own})
    benchmarks = compare_benchmarks(benches, settings.arms, comparing) if benches else None
    baselines = {name: arm.baseline for name, arm in settings.arms.items()}
    comparison = Comparison(
        alpha=comparing.alpha,
        power=comparing.power,
        measures=settings.answering.measures(),
        asked=asked_in_words(settings.answering, origin),
        questions_from=origin,
        primary=comparing.primary,
        arms={
            name: _against(settings, inputs, name, told, judge)
            for name, baseline in sorted(baselines.items())
            if baseline != name
        },
        judge=judge,
        near_copies=near_copies,
        single={
            name: one._replace(judge_in_words=_said_of(judge, name)) for name, one in single.items()
        } or None,
        text_measures=measure_texts(inputs, comparing.alpha) if single or comparing.selection else None,
        benchmarks=benchmarks,
        suite=compare_suite(benchmarks, baselines, suite, comparing) if benchmarks else None,
        selection=compare_selection(settings, inputs, benches),
    )  # fmt: skip
    everything = [row for rows in inputs.judgments.values() for row in rows]
    read = sort_out(everything, orders_of(settings))
    items = sum(len(own) for one in benches.values() for arms in one.items.values() for own in arms.values())
    scores = {key: pairs(scored[key]) for key in told}
    lost = rejects(read.lost)
    return Compared(comparison, scores, inputs.clusters, len(everything), len(read.used), lost, items)


def _against(settings: CompareSettings, inputs: Inputs, name: str, told: Told, judge: Judge) -> Against:
    arm, base = settings.arms[name], settings.arms[settings.arms[name].baseline]
    answers = inputs.answers[name], inputs.answers[arm.baseline]
    same_tokens = (arm.model, arm.endpoint) == (base.model, base.endpoint)
    rubrics = pairwise_rubrics(settings, inputs, name, told)
    return Against(
        arm.baseline,
        len(set(answers[0]) | set(answers[1])),
        compare_lengths(*answers, same_tokens=same_tokens),
        {rubric: one._replace(judge_in_words=_said_of(judge, rubric)) for rubric, one in rubrics.items()},
    )


def _said_of(judge: Judge, rubric: str) -> str:
    return judge.rubrics[rubric].in_words if rubric in judge.rubrics else ""
