"""All arms against their baselines, as one value that JSON can hold: None has its reason, NaN is nowhere."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from domaintune.compare.benchmarks.inputs import Bench
from domaintune.compare.benchmarks.results import compare_benchmarks
from domaintune.compare.benchmarks.suite import compare_suite
from domaintune.compare.benchmarks.suite_card import SuiteCard
from domaintune.compare.choices import count_choices, count_specific
from domaintune.compare.inputs import Inputs, Settings
from domaintune.compare.lengths import compare_lengths
from domaintune.compare.paired import Duel, adjust, compare_pairs
from domaintune.compare.scores import (
    Pair,
    paired_names,
    pairs,
    shared,
    shared_names,
    sort_out,
    unscored,
)
from domaintune.compare.selection import compare_selection
from domaintune.compare.single import compare_single
from domaintune.compare.text_measures import measure_texts
from domaintune.compare.words import asked_in_words, origin_of
from domaintune.core.records.judgment import Judgment
from domaintune.core.records.outcome import READ
from domaintune.core.stage.reject import Reject
from domaintune.science.evidence.samples import mean_interval


class Comparison(NamedTuple):
    """The statistics, the scores they rest on by arm, rubric and criterion, and the judgments not used.

    `items` are scored benchmark questions: none is lost, what could not be read counts as wrong.
    """

    statistics: dict[str, Any]
    scores: dict[tuple[str, str, str], list[Pair]]
    judgments: int
    used: int
    lost: list[Reject]
    items: int


def compare_arms(
    settings: Settings, inputs: Inputs, benches: Mapping[str, Bench], suite: SuiteCard | None
) -> Comparison:
    """Compare each arm that is not its own baseline, and all arms on the benchmarks."""
    scores: dict[tuple[str, str, str], list[Pair]] = {}
    compared: dict[str, Any] = {}
    answered = {question for answers in inputs.answers.values() for question in answers}
    origin = origin_of(inputs.questions[question] for question in answered)
    for name, arm in sorted(settings.arms.items()):
        if arm.baseline != name:
            answers = inputs.answers[name], inputs.answers[arm.baseline]
            duel = Duel(name, arm.baseline, frozenset(answers[0]) | frozenset(answers[1]), origin)
            base = settings.arms[arm.baseline]
            same_tokens = (arm.model, arm.endpoint) == (base.model, base.endpoint)
            compared[name] = {
                "baseline": arm.baseline,
                "questions_asked": len(duel.asked),
                "lengths": compare_lengths(*answers, same_tokens=same_tokens),
                "rubrics": _rubrics(settings, duel, inputs.judgments[name], scores),
            }
    adjust(_tested(compared))
    everything = [row for rows in inputs.judgments.values() for row in rows]
    statistics = {
        "alpha": settings.comparing.alpha,
        "power": settings.comparing.power,
        "measures": settings.answering.measures(),
        "asked": asked_in_words(settings.answering, origin),
        "questions_from": origin,
        "arms": compared,
    }
    if inputs.cards:
        statistics["single"] = compare_single(settings, inputs, scores)
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
    read = sort_out(everything)
    return Comparison(statistics, scores, len(everything), len(read.used), read.lost, items)


def _rubrics(
    settings: Settings,
    duel: Duel,
    judgments: Sequence[Judgment],
    scores: dict[tuple[str, str, str], list[Pair]],
) -> dict[str, Any]:
    result: dict[str, Any] = {}
    pairwise = {name for name, rubric in settings.rubrics.items() if not rubric.single}
    for rubric in sorted(pairwise | {row.rubric for row in judgments if row.order != "single"}):
        rows = [row for row in judgments if row.rubric == rubric]
        used = sort_out(rows).used
        found = {name: pairs(used, name, duel.arm, duel.baseline) for name in paired_names(used)}
        scores.update({(duel.arm, rubric, name): values for name, values in found.items()})
        outcomes: Counter[str] = Counter(row.outcome for row in rows)
        result[rubric] = {
            "judgments": len(rows),
            "outcomes": dict(sorted(outcomes.items())),
            "parse_rate": sum(outcomes[o] for o in READ) / len(rows) if rows else None,
            "questions_unscored": unscored(duel.asked, {row.question_id for row in used}, rows),
            "choices": count_choices(used, duel.arm, duel.baseline),
            "paired": {name: compare_pairs(settings, duel, values) for name, values in found.items()},
            "categories": _categories(used, duel, settings.comparing.alpha),
        }
    return result


def _categories(used: Sequence[Judgment], duel: Duel, alpha: float) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for name in shared_names(used):
        values = shared(used, name)
        mean, low, high = mean_interval(list(values.values()), alpha)
        criterion = name.partition("/")[2] or name
        result[criterion] = {
            "questions": len(values),
            "mean": mean,
            "ci_low": low,
            "ci_high": high,
            "more_specific": count_specific(used, criterion, duel.arm, duel.baseline),
        }
    return result


def _tested(compared: Mapping[str, Any]) -> dict[tuple[str, str, str], dict[str, Any]]:
    return {
        (rubric, name, arm): paired
        for arm, one in compared.items()
        for rubric, found in one["rubrics"].items()
        for name, paired in found["paired"].items()
    }
