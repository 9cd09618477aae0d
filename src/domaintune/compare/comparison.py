"""All arms against their baselines, as one value that JSON can hold: None has its reason, NaN is nowhere."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from domaintune.compare.benchmarks.inputs import Bench
from domaintune.compare.benchmarks.results import compare_benchmarks
from domaintune.compare.benchmarks.suite import compare_suite
from domaintune.compare.benchmarks.suite_card import SuiteCard
from domaintune.compare.inputs import Inputs, Settings
from domaintune.compare.lengths import compare_lengths
from domaintune.compare.paired import Key, compare_all
from domaintune.compare.pairwise import orders_of, pairwise_rubrics, pairwise_scores
from domaintune.compare.scores import Pair, pairs, rejects, sort_out
from domaintune.compare.selection import compare_selection
from domaintune.compare.single import compare_single, single_scores
from domaintune.compare.text_measures import measure_texts
from domaintune.compare.words import asked_in_words, origin_of
from domaintune.core.stage.accounting import Reject


class Comparison(NamedTuple):
    """The statistics, the scores they rest on by arm, rubric and criterion, and the judgments not used.

    `items` are scored benchmark questions: none is lost, what could not be read counts as wrong.
    """

    statistics: dict[str, Any]
    scores: dict[Key, list[Pair]]
    clusters: dict[str, str]
    """Of each question."""
    judgments: int
    used: int
    lost: list[Reject]
    items: int


def compare_arms(
    settings: Settings, inputs: Inputs, benches: Mapping[str, Bench], suite: SuiteCard | None
) -> Comparison:
    """Compare each arm that is not its own baseline, and all arms on the benchmarks."""
    scored = pairwise_scores(settings, inputs) | single_scores(settings, inputs)
    told = compare_all(settings, inputs, scored)
    answered = {question for answers in inputs.answers.values() for question in answers}
    origin = origin_of(inputs.questions[question] for question in answered)
    compared = {
        name: _against(settings, inputs, name, told)
        for name, arm in sorted(settings.arms.items())
        if arm.baseline != name
    }
    everything = [row for rows in inputs.judgments.values() for row in rows]
    statistics = {
        "alpha": settings.comparing.alpha,
        "power": settings.comparing.power,
        "measures": settings.answering.measures(),
        "asked": asked_in_words(settings.answering, origin),
        "questions_from": origin,
        "primary": settings.comparing.primary,
        "arms": compared,
    }
    if inputs.cards:
        statistics["single"] = compare_single(settings, inputs, told)
    if inputs.cards or settings.comparing.selection:
        statistics["text_measures"] = measure_texts(inputs, settings.comparing.alpha)
    if benches:
        together = compare_benchmarks(benches, settings.arms, settings.comparing)
        baselines = {name: arm.baseline for name, arm in settings.arms.items()}
        statistics["benchmarks"] = together
        statistics["suite"] = compare_suite(together, baselines, suite, settings.comparing)
    if selection := compare_selection(settings, inputs, benches):
        statistics["selection"] = selection
    items = sum(len(own) for one in benches.values() for arms in one.items.values() for own in arms.values())
    read = sort_out(everything, orders_of(settings))
    scores = {key: pairs(scored[key]) for key in told}
    return Comparison(
        statistics, scores, inputs.clusters, len(everything), len(read.used), rejects(read.lost), items
    )


def _against(
    settings: Settings, inputs: Inputs, name: str, told: Mapping[Key, dict[str, Any]]
) -> dict[str, Any]:
    arm, base = settings.arms[name], settings.arms[settings.arms[name].baseline]
    answers = inputs.answers[name], inputs.answers[arm.baseline]
    same_tokens = (arm.model, arm.endpoint) == (base.model, base.endpoint)
    return {
        "baseline": arm.baseline,
        "questions_asked": len(set(answers[0]) | set(answers[1])),
        "lengths": compare_lengths(*answers, same_tokens=same_tokens),
        "rubrics": pairwise_rubrics(settings, inputs, name, told),
    }
