"""How a reply is read, by the shape its card asks for."""

from typing import Any

from domaintune.core.scoring.asking import ScoreError, read_scores, tidy_scores
from domaintune.core.scoring.card import SingleCard
from domaintune.judge import verdicts
from domaintune.judge.card import AnyCard
from domaintune.judge.verdicts import SideScore, Verdict


def tidy(card: AnyCard, value: Any) -> Any:
    """Return the reply in the schema's spelling where its meaning is plain; anything else stays as it is."""
    return tidy_scores(card, value) if isinstance(card, SingleCard) else verdicts.tidy(card, value)


def problem(card: AnyCard, value: Any) -> str | None:
    """Say why a reply cannot be read, or None when it can."""
    try:
        read(card, value)
    except ScoreError as error:
        return str(error)
    return None


def read(card: AnyCard, value: Any) -> Verdict:
    """Read a reply.

    Raises:
        ScoreError: a score or choice is missing, or not one of those asked for.
    """
    if not isinstance(card, SingleCard):
        return verdicts.read(card, value)
    scores = read_scores(card, value)
    sides = [SideScore(name, "", float(score)) for name, score in scores.values.items()]
    return Verdict(sides, None, scores.reason, {})
