"""A judge by its own verdicts: agreement of orders, liking for a place or for length, constancy, repeats."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from statistics import fmean
from typing import Any

import numpy as np
from scipy import optimize, special, stats

from domaintune.compare.scores import more_specific
from domaintune.core.records.judgment import Judgment
from domaintune.core.records.question import Answer
from domaintune.core.scoring.calibration import self_agreement
from domaintune.science.comparison import judge
from domaintune.science.evidence.clusters import cluster_mean, sign_flip
from domaintune.science.evidence.shares import design_of, wilson

Answers = Mapping[str, Mapping[str, Answer]]
PRIOR_SD = 2.5
"""Of both coefficients of the length-controlled rate: keeps them finite where length alone decides every choice.
Source: Gelman et al. 2008, Annals of Applied Statistics 2(4) (there Cauchy's of this scale)."""


def both_orders(rows: Iterable[Judgment]) -> list[tuple[Judgment, Judgment]]:
    """Return the verdicts on each question that was read in both orders, the baseline's first."""
    found: defaultdict[tuple[str, str], dict[str, Judgment]] = defaultdict(dict)
    for row in rows:
        found[row.arm, row.question_id][row.order] = row
    return [(own["baseline_first"], own["arm_first"]) for own in found.values() if len(own) == 2]


def agreement_of_orders(couples: Sequence[tuple[Judgment, Judgment]]) -> judge.OrderAgreement | None:
    """Return how often both orders name the same winner, and how far their scores are apart; None without both."""
    if not couples:
        return None
    same = [one == other for a, b in couples for one, other in zip(_winners(a), _winners(b), strict=True)]
    apart = [abs(value - dict(_scores(b))[name]) for a, b in couples for name, value in _scores(a)]
    return judge.OrderAgreement(len(couples), len(same), sum(same), fmean(apart) if apart else None)


def first_place(
    couples: Sequence[tuple[Judgment, Judgment]], alpha: float, clusters: Mapping[str, str]
) -> judge.FirstPlace | None:
    """Return the share of choices for the answer shown first, over questions asked in both orders; None without any.

    Half is fair there, whoever is better. The test is over questions: those whose two verdicts together lean to the
    first place against those that lean to the second. Several arms' verdicts on one question are a cluster.
    """
    own = [clusters[couple[0].question_id] or couple[0].question_id for couple in couples]
    leans = [[first for row in couple for first in _leans(row)] for couple in couples]
    chosen = [(first, name) for name, of in zip(own, leans, strict=True) for first in of]
    if not chosen:
        return None
    values, names = zip(*chosen, strict=True)
    n, first = len(values), sum(values)
    low, high = wilson(first / n, n, design_of(values, names), alpha)
    whole = [(2 * sum(of) > len(of)) - (2 * sum(of) < len(of)) for of in leans]
    return judge.FirstPlace(
        choices=n,
        first=first,
        share=first / n,
        ci_low=low,
        ci_high=high,
        questions_first=whole.count(1),
        questions_second=whole.count(-1),
        p=sign_flip(whole, own),
    )


def constancy(rows: Iterable[Judgment]) -> dict[str, judge.Constancy]:
    """Return, for each criterion, how many scores there are and the share of the most frequent one."""
    given: defaultdict[str, list[float]] = defaultdict(list)
    for (name, _), value in (score for row in rows for score in _scores(row)):
        given[name].append(value)
    found = {}
    for name, values in sorted(given.items()):
        value, count = Counter(sorted(values)).most_common(1)[0]
        found[name] = judge.Constancy(len(values), value, count / len(values))
    return found


def repeats(rows: Iterable[Judgment], again: Iterable[Judgment]) -> judge.Repeats | None:
    """Return how far verdicts that were asked for several times agree; None where none was."""
    more = list(again)
    if not more:
        return None
    asked = {row.id.partition("/")[0] for row in more}
    everything = [*(row for row in rows if row.id in asked), *sorted(more, key=lambda row: row.id)]
    values = []
    for row in everything:
        verdict = row.id.partition("/")[0]
        values += [(name, (verdict, arm), value) for (name, arm), value in _scores(row)]
        if row.choice:
            preferred = {row.arm: 1.0, row.baseline: -1.0}.get(row.choice, 0.0)
            values.append(("choice", (verdict, ""), preferred))
    unread = sum(not row.scores for row in more)
    return judge.Repeats(len(asked), len(more) + len(asked), unread, self_agreement(values))


def _winners(row: Judgment) -> list[str]:
    """Return whom a verdict prefers: its choice, or the more specific answer in each respect."""
    return [row.choice] if row.choice else list(more_specific(row).values())


def _leans(row: Judgment) -> list[bool]:
    """Return for each choice of a verdict whether it is for the answer shown first; those for it first."""
    first = row.baseline if row.order == "baseline_first" else row.arm
    return sorted((who == first for who in _winners(row) if who in (row.arm, row.baseline)), reverse=True)


def _scores(row: Judgment) -> list[tuple[tuple[str, str], float]]:
    return [((s.name, s.arm), s.value) for s in row.scores if not s.name.startswith("specific/")]


def length_preference(
    rows: Sequence[Judgment], answers: Answers, clusters: Mapping[str, str]
) -> judge.LengthPreference | None:
    """Return Spearman's correlation of scores with lengths in characters, of differences where two answers are judged.

    None where fewer than three points vary. A correlation is no proof: good answers may be longer. Its p is that of the
    mean product of the ranks, with the error that clusters leave it; None where they leave none.
    Several arms' verdicts on one question are a cluster, as are questions of one.
    """
    points: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
    lengths: dict[tuple[str, str], float] = {}
    for row in rows:
        of_arm = [score.value for score in row.scores if score.arm == row.arm and "/" not in score.name]
        of_base = [score.value for score in row.scores if score.arm == row.baseline and "/" not in score.name]
        if of_arm:
            key = (row.arm, row.question_id)
            points[key].append(fmean(of_arm) - (fmean(of_base) if row.baseline else 0.0))
            lengths[key] = _length(row, answers)
    x, y = [lengths[key] for key in points], [fmean(values) for values in points.values()]
    if len(x) < 3 or len(set(x)) == 1 or len(set(y)) == 1:
        return None
    longer, better = stats.zscore(stats.rankdata(x)), stats.zscore(stats.rankdata(y))
    found = cluster_mean(longer * better, [clusters[question] or question for _, question in points], 0.05)
    return judge.LengthPreference(len({question for _, question in points}), found.mean, found.p)


def length_controlled(rows: Iterable[Judgment], answers: Answers) -> dict[str, judge.WinRate]:
    """Return, for each arm, its win rate over its baseline, and what it would be with answers of equal length.

    A logistic regression of the win (nothing counts half) on the difference of the lengths over its standard
    deviation; the rate is read where the difference is zero. Source: Dubois et al. 2024, arXiv:2404.04475 (there with
    the difficulty of each instruction).
    """
    wins: defaultdict[str, defaultdict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    lengths: dict[tuple[str, str], float] = {}
    for row in rows:
        if row.choice:
            wins[row.arm][row.question_id].append({row.arm: 1.0, row.baseline: 0.0}.get(row.choice, 0.5))
            lengths[row.arm, row.question_id] = _length(row, answers)
    found = {}
    for arm, own in sorted(wins.items()):
        won = np.array([fmean(values) for values in own.values()])
        longer = np.array([lengths[arm, question] for question in own])
        equal = float(special.expit(_fit(won, longer / (longer.std() or 1.0))[0]))
        found[arm] = judge.WinRate(len(won), float(won.mean()), equal)
    return found


def _fit(won: np.ndarray[Any, Any], longer: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    def loss(theta: np.ndarray[Any, Any]) -> float:
        z = theta[0] + theta[1] * longer
        return float(np.sum(np.logaddexp(0, z) - won * z) + np.sum(theta**2) / (2 * PRIOR_SD**2))

    return np.asarray(optimize.minimize(loss, np.zeros(2), method="BFGS").x)


def _length(row: Judgment, answers: Answers) -> float:
    own = len(answers[row.arm][row.question_id].text)
    return float(own - len(answers[row.baseline][row.question_id].text) if row.baseline else own)
