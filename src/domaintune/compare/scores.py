"""Scores of each question from the judgments on it; what could not be used is lost with its reason."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from statistics import fmean
from typing import NamedTuple

from domaintune.core.records.judgment import READ, Judgment
from domaintune.core.records.question import Question
from domaintune.science.comparison.judged import REASONS, JudgmentsRead, Mean, OrderRead
from domaintune.science.evidence.shares import bounded_mean
from domaintune.science.evidence.statistics_text import percent

ONE_ORDER = "one_order_only"
"""Read, but not in the other order of presentation: one order alone carries the judge's liking for a place."""

Both = tuple[float | None, float | None]
"""Scores of the baseline and of the arm in one order of presentation; None where the judgment was lost."""
Lost = tuple[Judgment, str, str]
"""A judgment that is not used, the reason, and details."""


class Pair(NamedTuple):
    """Both arms' scores on one question, each the mean over the orders of presentation."""

    question_id: str
    baseline: float
    arm: float


def sort_out(
    judgments: Sequence[Judgment], orders: Mapping[str, Collection[str]]
) -> tuple[list[Judgment], list[Lost]]:
    """Return the judgments of questions that were read in every order, and the others, which are lost by outcome.

    `orders`: rubric → the orders of presentation it asks in; without an entry each judgment counts by itself.
    """
    found: defaultdict[tuple[str, str, str], set[str]] = defaultdict(set)
    for row in judgments:
        if row.outcome in READ and row.scores:
            found[row.arm, row.rubric, row.question_id].add(row.order)
    used: list[Judgment] = []
    lost: list[Lost] = []
    for row in judgments:
        missing = set(orders.get(row.rubric, ())) - found[row.arm, row.rubric, row.question_id]
        if row.outcome not in READ:
            lost.append((row, row.outcome, row.detail))
        elif not row.scores:
            lost.append((row, "no_scores", "the judgment was read but holds no score"))
        elif missing:
            lost.append((row, ONE_ORDER, f"there is no readable judgment with {', '.join(sorted(missing))}"))
        else:
            used.append(row)
    return used, lost


def by_order(
    judgments: Sequence[Judgment], name: str, arm: str, baseline: str, orders: Collection[str], *,
    unjudged: Collection[str] = (),
) -> dict[str, list[Both]]:  # fmt: skip
    """Return question → both arms' scores in each order, `unjudged` ones first; of a lost judgment None and None."""
    given: dict[tuple[str, str], Judgment] = {
        (row.question_id, row.order): row for row in judgments if row.outcome in READ
    }

    def scores(question_id: str, order: str) -> Both:
        row = given.get((question_id, order))
        found = {score.arm: score.value for score in row.scores if score.name == name} if row else {}
        return found.get(baseline), found.get(arm)

    questions = dict.fromkeys([*sorted(unjudged), *sorted(row.question_id for row in judgments)])
    return {q: [scores(q, order) for order in sorted(orders)] for q in questions}


def pairs(scores: Mapping[str, Sequence[Both]]) -> list[Pair]:
    """Return the questions where no order lacks a score, each arm's the mean over the orders."""
    found = []
    for question_id, own in scores.items():
        of_baseline = [one for one, _ in own if one is not None]
        of_arm = [one for _, one in own if one is not None]
        if len(of_baseline) == len(of_arm) == len(own):
            found.append(Pair(question_id, fmean(of_baseline), fmean(of_arm)))
    return found


def by_question(judgments: Sequence[Judgment], name: str, arm: str = "") -> dict[str, float]:
    """Return an arm's score for each question, or that of the pair of answers, the mean over orders."""
    values: defaultdict[str, list[float]] = defaultdict(list)
    for row in judgments:
        for score in row.scores:
            if (score.name, score.arm) == (name, arm):
                values[row.question_id].append(score.value)
    return {question_id: fmean(scores) for question_id, scores in sorted(values.items())}


def more_specific(row: Judgment) -> dict[str, str]:
    """Return the more specific arm, or nothing, in each respect that a verdict has scores specific/… of, 1 or 0."""
    specific = [score for score in row.scores if score.name.startswith("specific/")]
    given = {score.name: score.arm for score in specific if score.value}
    return {score.name.partition("/")[2]: given.get(score.name, "nothing") for score in specific}


def judgments_read(
    judgments: Sequence[Judgment], asked: Iterable[str], scored: Iterable[str], lost: Sequence[Lost],
    in_orders: bool = False,
) -> JudgmentsRead:  # fmt: skip
    """Return how judgments came out, and the questions without a score by reason: the judgment's, or `not_judged`."""
    reasons: dict[str, str] = {}
    for row, reason, _ in sorted(lost, key=lambda one: one[1] != ONE_ORDER):
        reasons.setdefault(row.question_id, reason)
    without = Counter(reasons.get(question_id, "not_judged") for question_id in set(asked) - set(scored))
    read = Counter(row.order for row in judgments if row.outcome in READ)
    by_order = Counter(row.order for row in judgments)
    found = JudgmentsRead(
        judgments=len(judgments),
        outcomes=dict(sorted(Counter(row.outcome for row in judgments).items())),
        parse_rate=read.total() / len(judgments) if judgments else None,
        questions_unscored=dict(sorted(without.items())),
        in_words="",
        orders={one: OrderRead(n, read[one]) for one, n in sorted(by_order.items())} if in_orders else None,
    )
    return found._replace(in_words=_in_words(found))


def _in_words(found: JudgmentsRead) -> str:
    """Say how many judgments were asked for, how many could be read, and why questions have no score."""
    if found.parse_rate is None:
        return "No judgment was asked for."
    repaired = f" ({found.outcomes['repaired']:,} after repair)" if "repaired" in found.outcomes else ""
    text = (
        f"{found.judgments:,} judgments were asked for; {percent(found.parse_rate)} could be read{repaired}."
    )
    orders = found.orders or {}
    if any(one.read < one.asked for one in orders.values()):
        told = (f"{order.replace('_', ' ')} {one.read:,} of {one.asked:,}" for order, one in orders.items())
        text += f" Read by order of presentation: {', '.join(told)}."
    if found.questions_unscored:
        told = (f"{REASONS.get(why, why)}: {n}" for why, n in found.questions_unscored.items())
        text += f" Questions without a score: {', '.join(told)}."
    return text


def mean_of(
    values: Mapping[str, float], questions: Mapping[str, Question], ends: tuple[float, float], alpha: float
) -> Mean:
    """Return the mean of values by question."""
    found = bounded_mean(list(values.values()), [questions[q].cluster for q in values], ends, alpha)
    return Mean(found.n, found.clusters, found.mean, found.ci_low, found.ci_high)
