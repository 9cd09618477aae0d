"""What an arm gained on its baseline by category of the question, and on seen against unseen categories."""

from collections.abc import Mapping, Sequence
from typing import Any

from domaintune.compare.categories import Seen, by_topic, by_turn
from domaintune.compare.params import SEEN_MINUS_UNSEEN
from domaintune.compare.scores import Pair
from domaintune.core.records.question import Question
from domaintune.science.evidence.clusters import ClusterMean, cluster_difference, cluster_mean
from domaintune.science.evidence.significance import holm
from domaintune.science.evidence.statistics_text import Family, p_text, percent, questions_in_words

Column = tuple[list[float], list[str]]
"""Differences, and their questions' clusters."""


def gains_by_category(
    found: Sequence[Pair], questions: Mapping[str, Question], seen: Seen, alpha: float
) -> dict[str, Any] | None:
    """Return paired differences, arm − baseline, by category and pooled over those seen and unseen, and seen − unseen.

    The p-values are corrected by Holm over the rows of this one table. None where no question carries a category; what
    is pooled is None where it is not known what was seen, or where one side has no question.
    """
    return _gains(found, questions, by_topic((pair.question_id for pair in found), questions), seen, alpha)


def gains_by_turn(
    found: Sequence[Pair], questions: Mapping[str, Question], alpha: float
) -> dict[str, Any] | None:
    """Return the same by turn, with turns for categories, of which none is seen; None where all are first turns."""
    turns = by_turn((pair.question_id for pair in found), questions)
    return _gains(found, questions, turns, Seen(None, None), alpha)


def _gains(
    found: Sequence[Pair],
    questions: Mapping[str, Question],
    groups: Mapping[str, set[str]],
    seen: Seen,
    alpha: float,
) -> dict[str, Any] | None:
    if not groups:
        return None
    columns = {
        name: _column([pair for pair in found if pair.question_id in own], questions)
        for name, own in groups.items()
    }
    rows: dict[str, ClusterMean | None] = {
        name: cluster_mean(*column, alpha) for name, column in columns.items()
    }
    sides = {
        side: _joined([columns[name] for name in groups if (name in (seen.pooled or ())) == wanted])
        for side, wanted in (("seen", True), ("unseen", False))
    }
    known = seen.pooled is not None
    pooled = {side: cluster_mean(*own, alpha) if known and own[0] else None for side, own in sides.items()}
    apart = cluster_difference(*sides["seen"], *sides["unseen"], alpha) if all(pooled.values()) else None
    told = _corrected([*rows.values(), *pooled.values(), apart])
    return {
        "categories": dict(zip(rows, told, strict=False)),
        "seen": told[-3],
        "unseen": told[-2],
        SEEN_MINUS_UNSEEN: told[-1],
        "tests": sum(row is not None and row["p"] is not None for row in told),
    }


def gain_in_words(row: Mapping[str, Any], of: str, family: Family, alpha: float) -> str:
    """Say what was found of a gain on seen less that on unseen categories, where it was declared to be tested."""
    interval = (
        ""
        if row["ci_low"] is None
        else f" ({percent(1 - alpha)} interval {row['ci_low']:+.2f} to {row['ci_high']:+.2f})"
    )
    first = (
        f"{of}: the gain on seen categories less that on unseen ones is {row['mean']:+.2f}{interval} on "
        f"{questions_in_words(row['n'], row['clusters'])}"
    )
    if family.p_holm is None:
        return f"{first}. No test was possible: {row['missing']}."
    found = "is" if family.p_holm < alpha else "is not"
    return (
        f"{first}; it {found} significant at the {percent(alpha)} level ({p_text(family.p_holm)} after Holm's "
        f"correction for {family.tests} test{'' if family.tests == 1 else 's'})."
    )


def _column(found: Sequence[Pair], questions: Mapping[str, Question]) -> Column:
    return [pair.arm - pair.baseline for pair in found], [
        questions[pair.question_id].cluster for pair in found
    ]


def _joined(columns: Sequence[Column]) -> Column:
    return [value for own, _ in columns for value in own], [name for _, own in columns for name in own]


def _corrected(rows: Sequence[ClusterMean | None]) -> list[dict[str, Any] | None]:
    tested = {i: row.p for i, row in enumerate(rows) if row is not None and row.p is not None}
    adjusted = dict(zip(tested, holm(list(tested.values())), strict=True))
    return [
        None if row is None else row._asdict() | {"p_holm": adjusted.get(i)} for i, row in enumerate(rows)
    ]
