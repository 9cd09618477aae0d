"""Reading a judge's reply about one text: a score out of its range is no score, and none is made up or moved."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from domaintune.core.scoring.card import REASON, ScoringCard


class ScoreError(ValueError):
    """A reply has a score missing, out of its range or no whole number."""


class Scores(NamedTuple):
    """What a reply says of one text."""

    values: dict[str, int]
    """By criterion, in the card's order."""
    reason: str


def tidy_scores(card: ScoringCard, value: Any) -> Any:
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


def read_scores(card: ScoringCard, value: Any) -> Scores:
    """Read a reply, by the names of its fields and never by their order.

    Raises:
        ScoreError: the reason or a score is missing, or a score is out of its range or no whole number; all that is
            wrong is named.
    """
    tidied = tidy_scores(card, value)
    if not isinstance(tidied, Mapping):
        raise ScoreError(f"expected a JSON object, got {type(value).__name__}")
    problems = [f"{name} missing" for name in (REASON, *card.names) if name not in tidied]
    if REASON in tidied and not isinstance(tidied[REASON], str):
        problems.append(f"{REASON}: expected text, got {shown(tidied[REASON])}")
    for one in card.criteria:
        given = tidied.get(one.name, one.lowest)
        if isinstance(given, bool) or not isinstance(given, int) or not one.lowest <= given <= one.highest:
            problems.append(f"{one.name}: expected {one.lowest} to {one.highest}, got {shown(given)}")
    if problems:
        raise ScoreError("; ".join(problems))
    return Scores({name: tidied[name] for name in card.names}, tidied[REASON].strip())


def scores_problem(card: ScoringCard, value: Any) -> str | None:
    """Say why a reply cannot be read, or None when it can."""
    try:
        read_scores(card, value)
    except ScoreError as error:
        return str(error)
    return None


def plain_score(given: Any, highest: int) -> Any:
    """Return a score as a whole number where it is spelt as one, else as it is."""
    if isinstance(given, float) and given.is_integer():
        return int(given)
    if not isinstance(given, str):
        return given
    found = re.fullmatch(rf"\s*([0-9]{{1,3}})(?:\.0+)?(?:\s*/\s*{highest})?\s*", given)
    return int(found[1]) if found else given


def shown(value: Any) -> str:
    """Return a value for a message."""
    return repr(value)[:100]
