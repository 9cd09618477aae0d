"""Every arm against its baseline on every criterion, corrected as one family, and at the worst of what was lost."""

from collections.abc import Mapping, Sequence

from domaintune.compare.categories import by_topic, by_turn, gains_of
from domaintune.compare.inputs import Inputs, Seen
from domaintune.compare.narrative import asked_in_words, gain_in_words, origin_of, worst_in_words
from domaintune.compare.params import SEEN_MINUS_UNSEEN, Comparing
from domaintune.compare.scores import Both, Pair, pairs
from domaintune.science.comparison.judged import Gains, PairedTest, WorstCase
from domaintune.science.evidence.significance import holm
from domaintune.science.evidence.statistics import Paired, compare_paired
from domaintune.science.evidence.statistics_text import Family, in_words, questions_in_words

Key = tuple[str, str, str]
"""Arm, rubric, criterion."""
Scored = Mapping[Key, Mapping[str, Sequence[Both]]]
"""Of each criterion: question → both arms' scores in each order of presentation."""
Told = Mapping[Key, PairedTest]
UNSEEN = Seen(None, None)


def compare_all(inputs: Inputs, scored: Scored) -> dict[Key, PairedTest]:
    """Return the statistics, the study's tables and the sentence of each test; none where no question has scores."""
    clusters, comparing, questions = inputs.clusters, inputs.comparing, inputs.questions
    complete = {key: found for key, scores in sorted(scored.items()) if (found := pairs(scores))}
    results = {key: _compare(found, clusters, comparing) for key, found in complete.items()}
    asked = {key: [pair.question_id for pair in found] for key, found in complete.items()}
    gains = {
        key: gains_of(found, questions, by_topic(asked[key], questions), inputs.seen[key[0]], comparing.alpha)
        for key, found in complete.items()
    }
    families, gains = in_families(results, gains, comparing)
    told = {}
    for key, found in complete.items():
        result, family = results[key], families[key]
        baseline = inputs.arms[key[0]].baseline
        origin = origin_of(questions[name] for name in asked[key])
        how_many = questions_in_words(result.base.n, result.clusters)
        on = f"On {asked_in_words(inputs.answering, origin, how_many)}"
        told[key] = PairedTest(
            result,
            *family,
            in_words=in_words(result, baseline, key[0], on, family),
            categories=gains[key],
            worst_case=worst_case(scored[key], inputs.scales[key[1:]], clusters, comparing),
            turns=gains_of(found, questions, by_turn(asked[key], questions), UNSEEN, comparing.alpha),
        )
    return told


def in_families(
    results: Mapping[Key, Paired], gains: Mapping[Key, Gains | None], comparing: Comparing
) -> tuple[dict[Key, Family], dict[Key, Gains | None]]:
    """Correct p-values by Holm over the declared family: all arms × criteria, or arms × what is primary.

    A gain on seen less that on unseen categories is in it where it is declared primary; its row then says so.
    """
    p_values = {(*key, ""): result.t_test.p_two_tail for key, result in results.items()}
    apart = {(*key, SEEN_MINUS_UNSEEN): own for key, own in gains.items() if own and own.seen_minus_unseen}
    if comparing.primary is not None:
        p_values |= {key: own.seen_minus_unseen.p for key, own in apart.items() if own.seen_minus_unseen}
        p_values = {
            key: p for key, p in p_values.items() if ".".join(key[1:]).rstrip(".") in comparing.primary
        }
    known = {key: p for key, p in p_values.items() if p is not None}
    corrected = dict(zip(known, holm(list(known.values())), strict=True))
    families = {
        key: Family(len(known), corrected.get(key), exploratory=key not in p_values)
        for key in [*((*key, "") for key in results), *apart]
    }
    told = dict(gains)
    for key, own in apart.items():
        if key in p_values and (row := own.seen_minus_unseen):
            said = gain_in_words(row, ".".join(key[1:3]), families[key], comparing.alpha)
            told[key[:3]] = own._replace(seen_minus_unseen=row._replace(in_words=said))
    return {key: families[*key, ""] for key in results}, told


def worst_case(
    scores: Mapping[str, Sequence[Both]],
    scale: tuple[float, float],
    clusters: Mapping[str, str],
    comparing: Comparing,
) -> WorstCase | None:
    """Compare again with each lost score at the end of the scale that is worst for the difference as it was found.

    Returns None where nothing was lost. Source of the bound: Manski 1990, American Economic Review 80, 319–323.
    """
    imputed = sum(score is None for own in scores.values() for both in own for score in both)
    if not imputed:
        return None
    ahead = sum(pair.arm - pair.baseline for pair in pairs(scores)) >= 0
    worst = scale[::-1] if ahead else scale
    filled = {
        question: [(worst[0] if b is None else b, worst[1] if a is None else a) for b, a in own]
        for question, own in scores.items()
    }
    result = _compare(pairs(filled), clusters, comparing)
    d, p = result.difference, result.t_test.p_two_tail
    said = worst_in_words(result, imputed, ahead=ahead)
    return WorstCase(result.base.n, result.clusters, imputed, d.mean, d.ci_low, d.ci_high, p, said)


def _compare(found: Sequence[Pair], clusters: Mapping[str, str], comparing: Comparing) -> Paired:
    return compare_paired(
        [pair.baseline for pair in found],
        [pair.arm for pair in found],
        comparing.alpha,
        comparing.power,
        [clusters[pair.question_id] for pair in found],
    )
