"""How far a judge's verdicts follow the length of the answers."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from statistics import fmean
from typing import Any

import numpy as np
from scipy import optimize, special, stats

from domaintune.core.records.answer import Answer
from domaintune.core.records.judgment import Judgment
from domaintune.science.comparison.judge import LengthPreference, WinRate
from domaintune.science.evidence.clusters import cluster_mean

Answers = Mapping[str, Mapping[str, Answer]]
PRIOR_SD = 2.5
"""Of both coefficients of the length-controlled rate: keeps them finite where length alone decides every choice.
Source: Gelman et al. 2008, Annals of Applied Statistics 2(4) (there Cauchy's of this scale)."""


def length_preference(
    rows: Sequence[Judgment], answers: Answers, clusters: Mapping[str, str]
) -> LengthPreference | None:
    """Return Spearman's correlation of scores with lengths in characters, of differences where two answers are judged.

    None where fewer than three points vary. A correlation is no proof: good answers may be longer. Its p is that of the
    mean product of the ranks, with the error that clusters leave it; None where they leave none.

    Args:
        rows: verdicts, of any arms.
        answers: by arm and question.
        clusters: question → its cluster; several arms' verdicts on one question are a cluster, too.
    """
    points: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
    lengths: dict[tuple[str, str], float] = {}
    for row in rows:
        of_arm = [score.value for score in row.scores if score.arm == row.arm and "/" not in score.name]
        of_base = [score.value for score in row.scores if score.arm == row.baseline and "/" not in score.name]
        if not of_arm:
            continue
        key = (row.arm, row.question_id)
        points[key].append(fmean(of_arm) - (fmean(of_base) if row.baseline else 0.0))
        lengths[key] = _length(row, answers)
    x, y = [lengths[key] for key in points], [fmean(values) for values in points.values()]
    if len(x) < 3 or len(set(x)) == 1 or len(set(y)) == 1:
        return None
    longer, better = stats.zscore(stats.rankdata(x)), stats.zscore(stats.rankdata(y))
    found = cluster_mean(longer * better, [clusters[question] or question for _, question in points], 0.05)
    return LengthPreference(len({question for _, question in points}), found.mean, found.p)


def length_controlled(rows: Iterable[Judgment], answers: Answers) -> dict[str, WinRate]:
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
        spread = float(longer.std()) or 1.0
        equal = float(special.expit(_fit(won, longer / spread)[0]))
        found[arm] = WinRate(len(won), float(won.mean()), equal)
    return found


def _fit(won: np.ndarray[Any, Any], longer: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    def loss(theta: np.ndarray[Any, Any]) -> float:
        z = theta[0] + theta[1] * longer
        return float(np.sum(np.logaddexp(0, z) - won * z) + np.sum(theta**2) / (2 * PRIOR_SD**2))

    return np.asarray(optimize.minimize(loss, np.zeros(2), method="BFGS").x)


def _length(row: Judgment, answers: Answers) -> float:
    own = len(answers[row.arm][row.question_id].text)
    return float(own - len(answers[row.baseline][row.question_id].text) if row.baseline else own)
