"""Every arm against its baseline on every criterion, in words that rest on the correction for all of these tests."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from domaintune.compare.gains import gain_in_words, gains_by_category, gains_by_turn
from domaintune.compare.inputs import Inputs, Settings
from domaintune.compare.params import SEEN_MINUS_UNSEEN, Comparing
from domaintune.compare.scores import Both, Pair, pairs
from domaintune.compare.sensitivity import worst_case
from domaintune.compare.words import asked_in_words, origin_of
from domaintune.core.records.question import Question
from domaintune.science.evidence.significance import holm
from domaintune.science.evidence.statistics import Paired, compare_paired
from domaintune.science.evidence.statistics_tables import tables
from domaintune.science.evidence.statistics_text import Family, in_words, questions_in_words

Key = tuple[str, str, str]
"""Arm, rubric, criterion."""
Scored = Mapping[Key, Mapping[str, Sequence[Both]]]
"""Of each criterion: question → both arms' scores in each order of presentation."""


def compare_all(settings: Settings, inputs: Inputs, scored: Scored) -> dict[Key, dict[str, Any]]:
    """Return the statistics, the study's tables and the sentence of each test; none where no question has scores."""
    clusters, alpha = inputs.clusters, settings.comparing.alpha
    complete = {key: found for key, scores in sorted(scored.items()) if (found := pairs(scores))}
    results = {key: _compare(settings, clusters, found) for key, found in complete.items()}
    gains = {
        key: gains_by_category(found, inputs.questions, inputs.seen[key[0]], alpha)
        for key, found in complete.items()
    }
    families = in_families(results, gains, settings.comparing)
    return {
        key: _told(
            settings, key, results[key], families[key], [inputs.questions[pair.question_id] for pair in found]
        )
        | {
            "categories": gains[key],
            "worst_case": worst_case(scored[key], inputs.scales[key[1:]], clusters, settings.comparing),
        }
        | ({"turns": turns} if (turns := gains_by_turn(found, inputs.questions, alpha)) else {})
        for key, found in complete.items()
    }


def in_families(
    results: Mapping[Key, Paired], gains: Mapping[Key, Mapping[str, Any] | None], comparing: Comparing
) -> dict[Key, Family]:
    """Correct p-values by Holm over the declared family: all arms × criteria, or arms × what is primary.

    A gain on seen less that on unseen categories is in it where it is declared primary; its row then says so.
    """
    p_values = {(*key, ""): result.t_test.p_two_tail for key, result in results.items()}
    apart = {
        (*key, SEEN_MINUS_UNSEEN): row
        for key, own in gains.items()
        if own and (row := own[SEEN_MINUS_UNSEEN])
    }
    if comparing.primary is not None:
        p_values |= {key: row["p"] for key, row in apart.items()}
        p_values = {
            key: p for key, p in p_values.items() if ".".join(key[1:]).rstrip(".") in comparing.primary
        }
    known = {key: p for key, p in p_values.items() if p is not None}
    corrected = dict(zip(known, holm(list(known.values())), strict=True))
    families = {
        key: Family(len(known), corrected.get(key), exploratory=key not in p_values)
        for key in [*((*key, "") for key in results), *apart]
    }
    for key, row in apart.items():
        if key in p_values:
            row["in_words"] = gain_in_words(row, ".".join(key[1:3]), families[key], comparing.alpha)
    return {key: families[*key, ""] for key in results}


def _compare(settings: Settings, clusters: Mapping[str, str], found: Sequence[Pair]) -> Paired:
    return compare_paired(
        [pair.baseline for pair in found],
        [pair.arm for pair in found],
        settings.comparing.alpha,
        settings.comparing.power,
        [clusters[pair.question_id] for pair in found],
    )


def _told(
    settings: Settings, key: Key, result: Paired, family: Family, questions: Iterable[Question]
) -> dict[str, Any]:
    arm, baseline = key[0], settings.arms[key[0]].baseline
    how_many = questions_in_words(result.base.n, result.clusters)
    on = f"On {asked_in_words(settings.answering, origin_of(questions), how_many)}"
    return {
        "statistics": result.as_dict(),
        **family._asdict(),
        "tables": [table._asdict() for table in tables(result, baseline, arm)],
        "in_words": in_words(result, baseline, arm, on, family),
    }
