"""The books of a judged arm: how many verdicts, how many lost and why, and how far the order decided."""

import json
from collections import Counter, defaultdict
from collections.abc import Sequence

from domaintune.core.records.judgment import CONTRADICTION, Judgment
from domaintune.core.records.outcome import READ
from domaintune.core.stage.accounting import Accounts
from domaintune.core.stage.errors import GateError
from domaintune.core.stage.reject import Reject


def keep_books(arm: str, judgments: Sequence[Judgment], rejects: Sequence[Reject], rows_in: int) -> Accounts:
    """Return checked books. A row is one verdict planned: rubric, question and order.

    Raises:
        AccountingError: verdicts planned differ from verdicts read plus verdicts lost.
    """
    accounts = Accounts("judge", arm, "verdicts")
    accounts.rows_in = rows_in
    accounts.kept = sum(judgment.outcome in READ for judgment in judgments)
    accounts.lose(rejects)
    accounts.check()
    for rubric in sorted({judgment.rubric for judgment in judgments}):
        accounts.extra |= _of_rubric(rubric, [item for item in judgments if item.rubric == rubric])
    return accounts


def check_losses(accounts: Accounts, max_reject_fraction: float, rejects: Sequence[Reject]) -> None:
    """Stop when too many verdicts were lost: what is left would not be a sample of what was asked.

    Rows declined as needs_model leave both sides of the fraction: the offline judge says beforehand that it
    serves one rubric only, and that must not stop the starter.

    Raises:
        GateError: with the reasons, and by rubric and order: losses of one order alone are a judge's preference.
    """
    try:
        accounts.check_reject_fraction(max_reject_fraction, aside=("needs_model",))
    except GateError as error:
        places = (json.loads(reject.row) for reject in rejects if reject.reason != "needs_model")
        counted = Counter(f"{place['rubric']} {place['order']}" for place in places)
        lost = ", ".join(f"{place} {n}" for place, n in sorted(counted.items()))
        raise GateError(f"{error} Lost by rubric and order: {lost}.") from error


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
    counted[f"{rubric}_same_scores_in_both_orders"] = sum(_same_scores(items) for items in both)
    if any(judgment.choice for judgment in judgments):
        counted[f"{rubric}_same_choice_in_both_orders"] = sum(
            len({item.choice for item in items}) == 1 for items in both
        )
    return counted


def _same_scores(judgments: Sequence[Judgment]) -> bool:
    return (
        len({tuple((score.name, score.arm, score.value) for score in item.scores) for item in judgments}) == 1
    )
