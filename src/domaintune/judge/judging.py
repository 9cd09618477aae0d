"""Verdicts on one arm: the judge asked, its replies made judgments of arms, and accounted for."""

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from domaintune.core.records.judgment import CONTRADICTION, READ, Judgment, Score
from domaintune.core.scoring.asking import OUTCOMES, unscored
from domaintune.core.scoring.rubric import AnySpec
from domaintune.core.stage.accounting import Accounts, Reject
from domaintune.core.stage.files import content_id, to_json
from domaintune.core.teacher.asking import Asked, Asker
from domaintune.judge.plan import PairwiseComparison, Planned
from domaintune.judge.verdicts import Side, ask_for, read


def judge(
    asker: Asker, specs: Mapping[str, AnySpec], compared: PairwiseComparison, planned: Sequence[Planned]
) -> list[Judgment]:
    """Ask for every planned verdict, equal prompts once, and return one judgment each, in plan order."""
    judgments: list[Judgment] = []
    for name in sorted(specs):
        of_rubric = [item for item in planned if item.rubric == name]
        answers = ask_for(asker, specs[name], (item.prompt for item in of_rubric))
        judgments += [to_judgment(specs[name], compared, item, answers[item.prompt.id]) for item in of_rubric]
    return judgments


def repeated(planned: Sequence[Planned], repeats: int, rows: int) -> list[Planned]:
    """Return further times to ask, each with a seed of its own, about the questions with the lowest hashes of ids."""
    names = sorted(
        {item.question_id for item in planned}, key=lambda name: content_id("judge", "repeat", name)
    )
    return [
        item._replace(
            id=f"{item.id}/{at}",
            prompt=item.prompt._replace(id=f"{item.prompt.id}/{at}", repeat=at),
        )
        for item in planned
        if item.question_id in names[:rows]
        for at in range(1, repeats)
    ]


def to_judgment(spec: AnySpec, compared: PairwiseComparison, planned: Planned, asked: Asked) -> Judgment:
    """Turn A and B back into arms. A reply that cannot be read has no score and no choice."""
    arm, baseline = compared.arm, "" if planned.order == "single" else compared.baseline
    sides = [baseline, arm] if planned.order == "baseline_first" else [arm, baseline]
    arms: dict[Side, str] = {"A": sides[0], "B": sides[1], "": "" if baseline else arm}
    verdict = read(spec, asked)
    scores = [] if verdict is None else verdict.scores
    closer = None if verdict is None else verdict.closer
    return Judgment(
        id=planned.id,
        rubric=planned.rubric,
        question_id=planned.question_id,
        arm=arm,
        baseline=baseline,
        order=planned.order,
        scores=sorted(
            (Score(name=name, arm=arms[side], value=value) for name, side, value in scores),
            key=lambda score: (score.name, score.arm),
        ),
        choice="" if closer is None else arms[closer] or "nothing",
        reason="" if verdict is None else verdict.reason,
        outcome=OUTCOMES[asked.outcome],
        detail=to_json(verdict.notes, indent=None) if verdict and verdict.notes else asked.detail,
        request_id=asked.request_id,
    )


def lost(judgments: Sequence[Judgment]) -> list[Reject]:
    """Return a reject for each judgment without a verdict; the judgment itself stays in its table."""
    named = ("rubric", "question_id", "order", "request_id")
    return [
        unscored("judge", one.id, one.outcome, one.detail, {name: getattr(one, name) for name in named})
        for one in judgments
        if one.outcome not in READ
    ]


def account_for(
    arm: str, planned: int, judgments: Sequence[Judgment], unasked: Sequence[Reject], most: float
) -> Accounts:
    """Return checked accounts. A row is one verdict wanted: rubric, question, order; `unasked` could not be asked for.

    Stops when more than the share `most` of the verdicts was lost: what is left would not be a sample of what was
    asked. Rows declined as needs_model leave both sides: the offline judge says beforehand what it does not serve.
    """
    accounts = Accounts("judge", arm, "verdicts")
    accounts.kept = sum(judgment.outcome in READ for judgment in judgments)
    accounts.rows_in, rejects = planned + len(unasked), [*unasked, *lost(judgments)]
    accounts.lose(rejects)
    for rubric in sorted({judgment.rubric for judgment in judgments}):
        accounts.extra |= _of_rubric(rubric, [item for item in judgments if item.rubric == rubric])
    # losses of one order alone are a judge's preference
    places = (json.loads(reject.row) for reject in rejects if reject.reason != "needs_model")
    counted = Counter(f"{place['rubric']} {place['order']}" for place in places)
    shown = ", ".join(f"{place} {n}" for place, n in sorted(counted.items()))
    told = f" Lost by rubric and order: {shown}."
    accounts.check_reject_fraction(most, aside=("needs_model",), told=told)
    return accounts


def _of_rubric(rubric: str, judgments: Sequence[Judgment]) -> dict[str, int | float | str]:
    """Count verdicts by outcome, and the questions where both orders were read and said the same."""
    orders: defaultdict[str, list[Judgment]] = defaultdict(list)
    for judgment in judgments:
        if judgment.outcome in READ:
            orders[judgment.question_id].append(judgment)
    lost = Counter(judgment.order for judgment in judgments if judgment.outcome not in READ)
    counted: dict[str, int | float | str] = {
        f"{rubric}_asked": len(judgments),
        f"{rubric}_read": sum(len(items) for items in orders.values()),
        f"{rubric}_repaired": sum(judgment.outcome == "repaired" for judgment in judgments),
        f"{rubric}_contradictory": sum(CONTRADICTION in judgment.detail for judgment in judgments),
        **{f"{rubric}_lost_{order}": count for order, count in sorted(lost.items())},
    }
    if len({judgment.order for judgment in judgments}) == 1:
        return counted
    both = [items for items in orders.values() if len(items) > 1]
    counted[f"{rubric}_read_in_both_orders"] = len(both)
    counted[f"{rubric}_same_scores_in_both_orders"] = sum(a.scores == b.scores for a, b in both)
    if any(judgment.choice for judgment in judgments):
        counted[f"{rubric}_same_choice_in_both_orders"] = sum(a.choice == b.choice for a, b in both)
    return counted
