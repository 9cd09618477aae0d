"""Asking the judge and writing down what it said, who A and B were, and what was lost."""

from collections.abc import Mapping, Sequence
from typing import Any

from domaintune.core.records.judgment import Judgment, Score
from domaintune.core.records.outcome import READ
from domaintune.core.scoring.asking import OUTCOMES, Asks
from domaintune.core.stage.files import content_id, to_json
from domaintune.core.stage.reject import Reject
from domaintune.core.teacher.asking import Asked
from domaintune.judge.asking import ask
from domaintune.judge.card import AnyCard
from domaintune.judge.plan import Duel, Planned
from domaintune.judge.replies import read
from domaintune.judge.verdicts import Side


def judge(
    asker: Asks, cards: Mapping[str, AnyCard], duel: Duel, planned: Sequence[Planned]
) -> list[Judgment]:
    """Ask for every planned verdict, equal prompts once, and return one judgment each, in plan order."""
    judgments: list[Judgment] = []
    for name in sorted(cards):
        of_rubric = [item for item in planned if item.rubric == name]
        answers = ask(asker, cards[name], (item.prompt for item in of_rubric))
        judgments += [to_judgment(cards[name], duel, item, answers[item.prompt.id]) for item in of_rubric]
    return judgments


def repeated(planned: Sequence[Planned], repeats: int, rows: int) -> list[Planned]:
    """Return further times to ask for the verdicts on the questions with the lowest hashes of their ids.

    Each time has a sampling seed of its own, and the id of its verdict with the number of the time behind it.
    """
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


def to_judgment(card: AnyCard, duel: Duel, planned: Planned, asked: Asked) -> Judgment:
    """Turn A and B back into arms. A reply that cannot be read has no score and no choice."""
    common: dict[str, Any] = {
        "id": planned.id,
        "rubric": planned.rubric,
        "question_id": planned.question_id,
        "arm": duel.arm,
        "baseline": "" if planned.order == "single" else duel.baseline,
        "order": planned.order,
        "outcome": OUTCOMES[asked.outcome],
        "request_id": asked.request_id,
    }
    if common["outcome"] not in READ:
        return Judgment(**common, scores=[], choice="", reason="", detail=asked.detail)
    verdict = read(card, asked.value)
    arms = _unmask(duel, planned)
    scores = [Score(name=name, arm=arms[side], value=value) for name, side, value in verdict.scores]
    return Judgment(
        **common,
        scores=sorted(scores, key=lambda score: (score.name, score.arm)),
        choice="" if verdict.closer is None else arms[verdict.closer] or "nothing",
        reason=verdict.reason,
        detail=to_json(verdict.notes, indent=None) if verdict.notes else asked.detail,
    )


def lost(judgments: Sequence[Judgment]) -> list[Reject]:
    """Return a reject for each judgment without a verdict; the judgment itself stays in its table."""
    return [
        Reject.of(
            "judge",
            judgment.id,
            "too_long" if judgment.outcome == "failed" else judgment.outcome,
            judgment.detail,
            {name: getattr(judgment, name) for name in ("rubric", "question_id", "order", "request_id")},
            kind="rejected" if judgment.outcome in ("unparsed", "needs_model") else "failed",
        )
        for judgment in judgments
        if judgment.outcome not in READ
    ]


def _unmask(duel: Duel, planned: Planned) -> dict[Side, str]:
    if planned.order == "single":
        return {"": duel.arm}
    first, second = (
        (duel.baseline, duel.arm) if planned.order == "baseline_first" else (duel.arm, duel.baseline)
    )
    return {"A": first, "B": second, "": ""}
