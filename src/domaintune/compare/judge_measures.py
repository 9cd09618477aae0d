"""A judge by its own verdicts: agreement of orders, liking for a place, constancy, repeats, agreement with people."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from statistics import fmean

from domaintune.core.records.judgment import Judgment
from domaintune.science.comparison.judge import Constancy, FirstPlace, OrderAgreement, Repeats, WithPeople
from domaintune.science.evidence.clusters import sign_flip
from domaintune.science.evidence.self_agreement import Value, self_agreement
from domaintune.science.evidence.shares import design_of, wilson

Labels = Mapping[tuple[str, str, str], str]
"""(question, arm, baseline) → arm, baseline or nothing, as a person chose."""


def both_orders(rows: Iterable[Judgment]) -> list[tuple[Judgment, Judgment]]:
    """Return the verdicts on each question that was read in both orders, the baseline's first."""
    found: defaultdict[tuple[str, str], dict[str, Judgment]] = defaultdict(dict)
    for row in rows:
        found[row.arm, row.question_id][row.order] = row
    return [(own["baseline_first"], own["arm_first"]) for own in found.values() if len(own) == 2]


def agreement_of_orders(couples: Sequence[tuple[Judgment, Judgment]]) -> OrderAgreement | None:
    """Return how often both orders name the same winner, and how far their scores are apart; None without both."""
    if not couples:
        return None
    same = [one == other for a, b in couples for one, other in zip(_winners(a), _winners(b), strict=True)]
    apart = [abs(value - dict(_scores(b))[name]) for a, b in couples for name, value in _scores(a)]
    return OrderAgreement(len(couples), len(same), sum(same), fmean(apart) if apart else None)


def first_place(
    couples: Sequence[tuple[Judgment, Judgment]], alpha: float, clusters: Mapping[str, str]
) -> FirstPlace | None:
    """Return the share of choices for the answer shown first, over questions asked in both orders.

    Half is fair there, whoever is better. The test is over questions: those whose two verdicts together lean to the
    first place against those that lean to the second. None where nothing was chosen.

    Args:
        couples: verdicts in both orders, of any arms.
        alpha: 1 − coverage of the interval.
        clusters: question → its cluster; several arms' verdicts on one question are a cluster, too.
    """
    own = [clusters[couple[0].question_id] or couple[0].question_id for couple in couples]
    leans = [[_lean(row) for row in couple] for couple in couples]
    first, second = (sum(side[at] for pair in leans for side in pair) for at in (0, 1))
    if not first + second:
        return None
    whole = [sum(f - s for f, s in pair) for pair in leans]
    chosen = [
        (value, name)
        for name, pair in zip(own, leans, strict=True)
        for sides in pair
        for value, times in zip((1.0, 0.0), sides, strict=True)
        for _ in range(times)
    ]
    design = design_of([value for value, _ in chosen], [name for _, name in chosen])
    low, high = wilson(first / (first + second), first + second, design, alpha)
    return FirstPlace(
        choices=first + second,
        first=first,
        share=first / (first + second),
        ci_low=low,
        ci_high=high,
        questions_first=sum(lean > 0 for lean in whole),
        questions_second=sum(lean < 0 for lean in whole),
        p=sign_flip([(lean > 0) - (lean < 0) for lean in whole], own),
    )


def constancy(rows: Iterable[Judgment]) -> dict[str, Constancy]:
    """Return, for each criterion, how many scores there are and the share of the most frequent one."""
    given: defaultdict[str, list[float]] = defaultdict(list)
    for row in rows:
        for score in row.scores:
            if not score.name.startswith("specific/"):
                given[score.name].append(score.value)
    found = {}
    for name, values in sorted(given.items()):
        value, count = Counter(sorted(values)).most_common(1)[0]
        found[name] = Constancy(len(values), value, count / len(values))
    return found


def repeats(rows: Iterable[Judgment], again: Iterable[Judgment]) -> Repeats | None:
    """Return how far verdicts that were asked for several times agree; None where none was."""
    more = list(again)
    if not more:
        return None
    asked = {row.id.partition("/")[0] for row in more}
    everything = [*(row for row in rows if row.id in asked), *sorted(more, key=lambda row: row.id)]
    values = [
        Value(name, (row.id.partition("/")[0], arm), value)
        for row in everything
        for name, arm, value in _values(row)
    ]
    unread = sum(not row.scores for row in more)
    return Repeats(len(asked), len(more) + len(asked), unread, self_agreement(values))


def kappa(rows: Iterable[Judgment], labels: Labels) -> WithPeople | None:
    """Return Cohen's kappa of the judge's choices with people's, and how often each says what; None without any.

    A question whose two orders name different winners is one the judge decides for nobody.
    """
    said: defaultdict[tuple[str, str, str], set[str]] = defaultdict(set)
    for row in rows:
        if row.choice:
            who = {row.arm: "arm", row.baseline: "baseline"}.get(row.choice, "nothing")
            said[row.question_id, row.arm, row.baseline].add(who)
    both = [
        (labels[key], next(iter(who)) if len(who) == 1 else "nothing")
        for key, who in sorted(said.items())
        if key in labels
    ]
    if not both:
        return None
    people, judge = (Counter(side) for side in zip(*both, strict=True))
    n = len(both)
    observed = sum(a == b for a, b in both) / n
    expected = sum(people[name] * judge[name] for name in people) / n**2
    kappa = (observed - expected) / (1 - expected) if expected < 1 else None
    return WithPeople(n, observed, kappa, dict(sorted(people.items())), dict(sorted(judge.items())))


def _winners(row: Judgment) -> list[str]:
    """Return whom a verdict prefers: its choice, or the more specific answer in each respect."""
    if row.choice:
        return [row.choice]
    specific = [score for score in row.scores if score.name.startswith("specific/")]
    given = {score.name: score.arm for score in specific if score.value}
    return [given.get(name, "nothing") for name in sorted({score.name for score in specific})]


def _lean(row: Judgment) -> tuple[int, int]:
    """Return how many choices of a verdict are for the answer shown first, and for the second."""
    first, second = (row.baseline, row.arm) if row.order == "baseline_first" else (row.arm, row.baseline)
    winners = _winners(row)
    return winners.count(first), winners.count(second)


def _scores(row: Judgment) -> list[tuple[tuple[str, str], float]]:
    return [((s.name, s.arm), s.value) for s in row.scores if not s.name.startswith("specific/")]


def _values(row: Judgment) -> list[tuple[str, str, float]]:
    """Return a verdict's scores, by criterion and arm, and its choice as a number: 1 the arm, −1 the baseline."""
    found = [(name, arm, value) for (name, arm), value in _scores(row)]
    choice = {row.arm: 1.0, row.baseline: -1.0}.get(row.choice, 0.0)
    return [*found, ("choice", "", choice)] if row.choice else found
