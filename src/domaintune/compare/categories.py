"""Means and gains by category of the question and turn of a conversation, and over seen and unseen categories."""

from collections.abc import Iterable, Mapping, Sequence

from domaintune.compare.inputs import Seen
from domaintune.compare.scores import Pair
from domaintune.core.records.question import Question
from domaintune.science.comparison.judged import Gains, Mean, Means
from domaintune.science.comparison.tree import ByCategory
from domaintune.science.evidence.clusters import cluster_difference, cluster_mean
from domaintune.science.evidence.shares import bounded_mean
from domaintune.science.evidence.significance import holm

Questions = Mapping[str, Question]
Values = Mapping[str, Mapping[str, float]]
"""What was measured (a criterion, a text measure) → question → value."""
Ends = Mapping[str, tuple[float, float]]
"""What was measured → its lowest and highest value."""


def by_category(values: Values, questions: Questions, seen: Seen, ends: Ends, alpha: float) -> ByCategory:
    """Return means over all questions, by category, pooled over seen and unseen ones, and by turn of several.

    Pooled means are over questions, not over categories; each is None where what is seen is not known. Questions
    without a category are on neither side.
    """
    measured = {question_id for own in values.values() for question_id in own}
    groups, turns = by_topic(measured, questions), by_turn(measured, questions)

    def over(among: Iterable[str]) -> Means:
        """Return the means over some questions; what has no value among them is left out."""
        wanted = set(among)
        own = {name: {q: value for q, value in of.items() if q in wanted} for name, of in values.items()}
        return {name: mean_of(of, questions, ends[name], alpha) for name, of in own.items() if of}

    def pooled(wanted: bool) -> Means | None:
        if seen.pooled is None:
            return None
        return over(q for name, own in groups.items() if (name in seen.pooled) == wanted for q in own)

    return ByCategory(
        criteria=over(measured),
        categories={name: over(own) for name, own in groups.items()},
        seen_categories=None if seen.categories is None else sorted(seen.categories & set(groups)),
        seen=pooled(wanted=True),
        unseen=pooled(wanted=False),
        turns={name: over(own) for name, own in turns.items()} or None,
    )


def by_topic(among: Iterable[str], questions: Questions) -> dict[str, set[str]]:
    """Return category → questions, sorted; a question without a category is in none."""
    groups: dict[str, set[str]] = {}
    for question_id in among:
        if category := questions[question_id].category:
            groups.setdefault(category, set()).add(question_id)
    return dict(sorted(groups.items()))


def by_turn(among: Iterable[str], questions: Questions) -> dict[str, set[str]]:
    """Return turn of a conversation → questions; nothing where all are first turns."""
    groups: dict[str, set[str]] = {}
    for question_id in sorted(among, key=lambda name: questions[name].turn):
        groups.setdefault(f"turn {questions[question_id].turn}", set()).add(question_id)
    return groups if len(groups) > 1 else {}


def mean_of(
    values: Mapping[str, float], questions: Questions, ends: tuple[float, float], alpha: float
) -> Mean:
    """Return the mean of values by question."""
    found = bounded_mean(list(values.values()), [questions[q].cluster for q in values], ends, alpha)
    return Mean(found.n, found.clusters, found.mean, found.ci_low, found.ci_high)


def gains_of(
    found: Sequence[Pair], questions: Questions, groups: Mapping[str, set[str]], seen: Seen, alpha: float
) -> Gains | None:
    """Return paired differences, arm − baseline, by category and pooled over those seen and unseen, and seen − unseen.

    The p-values are corrected by Holm over the rows of this one table. None where no question carries a category; what
    is pooled is None where it is not known what was seen, or where one side has no question. Turns are such categories,
    of which none is seen.
    """
    if not groups:
        return None

    def column(*among: set[str]) -> tuple[list[float], list[str]]:
        """Return the differences and clusters of one group of questions after another."""
        own = [pair for group in among for pair in found if pair.question_id in group]
        clusters = [questions[pair.question_id].cluster for pair in own]
        return [pair.arm - pair.baseline for pair in own], clusters

    sides = [
        column(*(group for name, group in groups.items() if (name in (seen.pooled or ())) == wanted))
        for wanted in (True, False)
    ]
    columns = [*map(column, groups.values()), *sides]
    rows = [cluster_mean(*own, alpha) if own[0] else None for own in columns]
    if seen.pooled is None:
        rows[-2:] = None, None
    rows.append(cluster_difference(*sides[0], *sides[1], alpha) if all(rows[-2:]) else None)
    tested = {i: row.p for i, row in enumerate(rows) if row is not None and row.p is not None}
    adjusted = dict(zip(tested, holm(list(tested.values())), strict=True))
    *of_groups, seen_gain, unseen_gain, less = (
        row and row._replace(p_holm=adjusted.get(i)) for i, row in enumerate(rows)
    )
    by_group = {name: row for name, row in zip(groups, of_groups, strict=True) if row is not None}
    return Gains(by_group, seen_gain, unseen_gain, less, tests=len(tested))
