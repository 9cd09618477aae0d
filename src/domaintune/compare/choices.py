"""Which arm was closer, question by question."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

from domaintune.core.records.judgment import Judgment
from domaintune.science.evidence.significance import sign_test


def count_choices(judgments: Sequence[Judgment], arm: str, baseline: str) -> dict[str, Any] | None:
    """Count wins; a question whose orders of presentation disagree is a win for nobody.

    The sign test asks how likely such a share of wins is if both arms were equally good; undecided questions
    say nothing and are left out of it. Returns None where the rubric asks for no choice.
    """
    choices: defaultdict[str, set[str]] = defaultdict(set)
    for row in judgments:
        if row.choice:
            choices[row.question_id].add(row.choice)
    if not choices:
        return None
    return _as_counts([found.pop() if len(found) == 1 else "" for found in choices.values()], arm, baseline)


def count_specific(judgments: Sequence[Judgment], criterion: str, arm: str, baseline: str) -> dict[str, Any]:
    """Count on how many questions each arm was the more specific one (scores specific/…: 1 or 0 an arm)."""
    winners: defaultdict[str, set[str]] = defaultdict(set)
    for row in judgments:
        given = {s.arm: s.value for s in row.scores if s.name == f"specific/{criterion}"}
        if given:
            winners[row.question_id].add(
                next((who for who in (arm, baseline) if given.get(who, 0.0) > 0), "nothing")
            )
    return _as_counts([found.pop() if len(found) == 1 else "" for found in winners.values()], arm, baseline)


def _as_counts(winners: Sequence[str], arm: str, baseline: str) -> dict[str, Any]:
    wins = Counter(winners)
    return {
        "questions": len(winners),
        "arm": wins[arm],
        "baseline": wins[baseline],
        "nothing": wins["nothing"],
        "orders_disagree": wins[""],
        "p_sign_test": sign_test(wins[arm], wins[baseline]),
    }
