"""Reading a judge's reply about one answer: a score out of its range is no score, and none is made up or moved."""

from collections.abc import Mapping
from typing import Any

from domaintune.core.sections.rubric_card import REASON, SingleCard
from domaintune.judge.verdicts import SideScore, Verdict, VerdictError, plain_score, shown


def tidy_scores(card: SingleCard, value: Any) -> Any:
    """Return the reply in the schema's spelling where its meaning is plain; anything else stays as it is.

    4.0, "4" and "4/5" (where 5 is the highest) are 4; keys that nobody asked for are dropped.
    """
    if not isinstance(value, Mapping):
        return value
    tidied = {REASON: value[REASON]} if REASON in value else {}
    for one in card.criteria:
        if one.name in value:
            tidied[one.name] = plain_score(value[one.name], one.highest)
    return tidied


def read_scores(card: SingleCard, value: Any) -> Verdict:
    """Read a reply, by the names of its fields and never by their order.

    Raises:
        VerdictError: the reason or a score is missing, or a score is out of its range or no whole number; all that is
            wrong is named.
    """
    tidied = tidy_scores(card, value)
    if not isinstance(tidied, Mapping):
        raise VerdictError(f"expected a JSON object, got {type(value).__name__}")
    problems = [f"{name} missing" for name in (REASON, *card.names) if name not in tidied]
    if REASON in tidied and not isinstance(tidied[REASON], str):
        problems.append(f"{REASON}: expected text, got {shown(tidied[REASON])}")
    for one in card.criteria:
        given = tidied.get(one.name, one.lowest)
        if isinstance(given, bool) or not isinstance(given, int) or not one.lowest <= given <= one.highest:
            problems.append(f"{one.name}: expected {one.lowest} to {one.highest}, got {shown(given)}")
    if problems:
        raise VerdictError("; ".join(problems))
    scores = [SideScore(name, "", float(tidied[name])) for name in card.names]
    return Verdict(scores, None, tidied[REASON].strip(), {})
