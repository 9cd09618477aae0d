"""Which arm was closer, question by question."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from domaintune.core.records.judgment import Judgment
from domaintune.science.evidence.clusters import number_clusters, sign_flip


def count_choices(
    judgments: Sequence[Judgment], arm: str, baseline: str, clusters: Mapping[str, str]
) -> dict[str, Any] | None:
    """Count wins; a question whose orders of presentation disagree is a win for nobody.

    The sign test asks how likely such wins are if both arms were equally good, flipping each cluster of questions as a
    whole; undecided questions say nothing. Returns None where the rubric asks for no choice.
    """
    choices: defaultdict[str, set[str]] = defaultdict(set)
    for row in judgments:
        if row.choice:
            choices[row.question_id].add(row.choice)
    return _as_counts(choices, arm, baseline, clusters) if choices else None


def count_specific(
    judgments: Sequence[Judgment], criterion: str, arm: str, baseline: str, clusters: Mapping[str, str]
) -> dict[str, Any]:
    """Count on how many questions each arm was the more specific one (scores specific/…: 1 or 0 an arm)."""
    winners: defaultdict[str, set[str]] = defaultdict(set)
    for row in judgments:
        given = {s.arm: s.value for s in row.scores if s.name == f"specific/{criterion}"}
        if given:
            winners[row.question_id].add(
                next((who for who in (arm, baseline) if given.get(who, 0.0) > 0), "nothing")
            )
    return _as_counts(winners, arm, baseline, clusters)


def _as_counts(
    found: Mapping[str, set[str]], arm: str, baseline: str, clusters: Mapping[str, str]
) -> dict[str, Any]:
    """Count questions by winner; `clusters` is the cluster of each question."""
    winners = {question: "".join(own) if len(own) == 1 else "" for question, own in found.items()}
    wins, own_clusters = Counter(winners.values()), [clusters[question] for question in winners]
    signs = [(who == arm) - (who == baseline) for who in winners.values()]
    return {
        "questions": len(winners),
        "clusters": len(set(number_clusters(own_clusters))),
        "arm": wins[arm],
        "baseline": wins[baseline],
        "nothing": wins["nothing"],
        "orders_disagree": wins[""],
        "p_sign_test": sign_flip(signs, own_clusters) if winners else None,
    }
