"""From judgments to one score a question; what could not be used is lost with its reason."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from statistics import fmean
from typing import NamedTuple

from domaintune.core.records.judgment import Judgment
from domaintune.core.records.outcome import READ
from domaintune.core.stage.files import to_json
from domaintune.core.stage.reject import Reject


class Pair(NamedTuple):
    """Both arms' scores on one question, each the mean over the orders of presentation."""

    question_id: str
    baseline: float
    arm: float


class Sorted(NamedTuple):
    """Judgments that hold scores, and those that do not."""

    used: list[Judgment]
    lost: list[Reject]


def sort_out(judgments: Iterable[Judgment]) -> Sorted:
    """Keep the judgments that were read; the others are lost by outcome."""
    used: list[Judgment] = []
    lost: list[Reject] = []
    for row in judgments:
        if row.outcome not in READ:
            lost.append(_reject(row, row.outcome, row.detail))
        elif not row.scores:
            lost.append(_reject(row, "no_scores", "the judgment was read but holds no score"))
        else:
            used.append(row)
    return Sorted(used, lost)


def paired_names(judgments: Sequence[Judgment]) -> list[str]:
    """Return the names of scores that both arms get on the rubric's scale, e.g. matching."""
    return sorted({s.name for row in judgments for s in row.scores if s.arm and "/" not in s.name})


def shared_names(judgments: Sequence[Judgment]) -> list[str]:
    """Return the names of scores for the pair of answers, e.g. similarity/importance."""
    return sorted({s.name for row in judgments for s in row.scores if not s.arm})


def pairs(judgments: Sequence[Judgment], name: str, arm: str, baseline: str) -> list[Pair]:
    """Return the questions where both arms have this score, sorted by question."""
    values = {who: _by_question(judgments, name, who) for who in (arm, baseline)}
    both = sorted(set(values[arm]) & set(values[baseline]))
    return [Pair(q, values[baseline][q], values[arm][q]) for q in both]


def shared(judgments: Sequence[Judgment], name: str) -> dict[str, float]:
    """Return the pair's score for each question, the mean over orders."""
    return _by_question(judgments, name, "")


def of_one(judgments: Sequence[Judgment], name: str, arm: str) -> dict[str, float]:
    """Return one arm's score for each question, of judgments that saw its answer alone."""
    return _by_question([row for row in judgments if row.order == "single"], name, arm)


def unscored(asked: Iterable[str], scored: Iterable[str], judgments: Sequence[Judgment]) -> dict[str, int]:
    """Count the questions without a score by reason: the judgment's outcome, or `not_judged`."""
    reasons: dict[str, str] = {}
    for row in judgments:
        reasons.setdefault(row.question_id, row.outcome)
    lost = Counter(reasons.get(question_id, "not_judged") for question_id in set(asked) - set(scored))
    return dict(sorted(lost.items()))


def _by_question(judgments: Sequence[Judgment], name: str, arm: str) -> dict[str, float]:
    values: defaultdict[str, list[float]] = defaultdict(list)
    for row in judgments:
        for score in row.scores:
            if (score.name, score.arm) == (name, arm):
                values[row.question_id].append(score.value)
    return {question_id: fmean(scores) for question_id, scores in sorted(values.items())}


def _reject(row: Judgment, reason: str, detail: str) -> Reject:
    return Reject(
        id=row.id,
        stage="compare",
        kind="failed",
        reason=reason,
        detail=detail,
        row=to_json(row.model_dump(), indent=None)[:20_000],
    )
