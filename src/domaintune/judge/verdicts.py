"""Reading a judge's reply by the shape its card asks for.

Spelling variants are understood; a score that is not there is never made up.
"""

import re
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from domaintune.core.records.judgment import CONTRADICTION
from domaintune.core.scoring.asking import ScoreError, plain_score, read_scores, shown, tidy_scores
from domaintune.core.scoring.rubric import AnySpec, PairSpec
from domaintune.core.scoring.spec import SingleSpec

Side = Literal["A", "B", ""]

SIDES: dict[str, Side] = {"a": "A", "b": "B"}
NEITHER = {"nothing", "neither", "none", "tie", "equal", "both", "둘 다 아님", "없음"}
DECORATION = re.compile(
    r"^(?:the\s+)?(?:model|answer|response|assistant|모델|답변|응답)[\s_:-]*", re.IGNORECASE
)
WRAPPING = "\"'`*.()[] \t\n"


class VerdictError(ScoreError):
    """A reply has a score missing, out of the scale or no number, or a choice that was not offered."""


class Fields(NamedTuple):
    """Names of the fields in one part of a reply, and its word for neither."""

    scores: tuple[str, ...]
    choice: str
    text: str
    neither: str


CLOSER = Fields(("score_a", "score_b"), "closer", "reason", "Nothing")
CRITERION = Fields(("similarity",), "more_specific", "note", "neither")


class SideScore(NamedTuple):
    """A score of answer A or B, or of the pair (empty side)."""

    name: str
    side: Side
    value: float


class Verdict(NamedTuple):
    """What a reply says, in terms of A and B."""

    scores: list[SideScore]
    closer: Side | None
    """A, B, empty for neither, None where the rubric asks for no choice."""
    reason: str
    notes: dict[str, str]
    """For each criterion."""


class VerdictPart(NamedTuple):
    """One part of a reply as read."""

    scores: list[float]
    choice: Side
    text: str


def tidy(card: AnySpec, value: Any) -> Any:
    """Return the reply in the schema's spelling where its meaning is plain; anything else stays as it is.

    `Answer A`, `model_a` and `a` are A; 4.0, "4" and "4/5" are 4; keys that nobody asked for are dropped.
    """
    if isinstance(card, SingleSpec):
        return tidy_scores(card, value)
    if not isinstance(value, Mapping):
        return value
    if card.verdict == "closer":
        return _tidy_part(card, value, CLOSER)
    return {
        criterion.name: _tidy_part(card, value[criterion.name], CRITERION)
        for criterion in card.criteria
        if criterion.name in value
    }


def problem(card: AnySpec, value: Any) -> str | None:
    """Say why a reply cannot be read, or None when it can."""
    try:
        read(card, value)
    except ScoreError as error:
        return str(error)
    return None


def read(card: AnySpec, value: Any) -> Verdict:
    """Read a reply, by the names of its fields and never by their order.

    Raises:
        ScoreError: a score is missing, out of the scale or no number, a choice is none of those offered, or it is
            the answer with the lower score: one of the two is a slip, and nobody can say which.
    """
    if isinstance(card, SingleSpec):
        scores = read_scores(card, value)
        sides = [SideScore(name, "", float(score)) for name, score in scores.values.items()]
        return Verdict(sides, None, scores.reason, {})
    return _read_pair(card, tidy(card, value))


def _read_pair(card: PairSpec, tidied: Any) -> Verdict:
    if not isinstance(tidied, Mapping):
        raise VerdictError(f"expected a JSON object, got {type(tidied).__name__}")
    if card.verdict == "criteria":
        return _read_criteria(card, tidied)
    name, part = card.criteria[0].name, _read_part(card, tidied, CLOSER)
    a, b = part.scores
    if (part.choice == "A" and a < b) or (part.choice == "B" and b < a):
        raise VerdictError(f"{CONTRADICTION}: closer is {part.choice}, score_a {a:.0f} and score_b {b:.0f}")
    scores = [SideScore(name, side, score) for side, score in zip(SIDES.values(), part.scores, strict=True)]
    return Verdict(scores, part.choice, part.text, {})


def _read_criteria(card: PairSpec, value: Mapping[str, Any]) -> Verdict:
    scores: list[SideScore] = []
    notes: dict[str, str] = {}
    for criterion in card.criteria:
        try:
            part = _read_part(card, value.get(criterion.name), CRITERION)
        except VerdictError as error:
            raise VerdictError(f"{criterion.name}: {error}") from error
        scores.append(SideScore(f"similarity/{criterion.name}", "", part.scores[0]))
        scores += [
            SideScore(f"specific/{criterion.name}", side, float(side == part.choice))
            for side in SIDES.values()
        ]
        notes[criterion.name] = part.text
    return Verdict(scores, None, "", notes)


def _tidy_part(card: PairSpec, value: Any, fields: Fields) -> Any:
    if not isinstance(value, Mapping):
        return value
    tidied = {key: value[key] for key in (*fields.scores, fields.choice, fields.text) if key in value}
    for key in fields.scores:
        if key in tidied:
            tidied[key] = plain_score(tidied[key], card.highest)
    if fields.choice in tidied:
        tidied[fields.choice] = _plain_choice(tidied[fields.choice], fields.neither)
    return tidied


def _plain_choice(given: Any, neither: str) -> Any:
    if not isinstance(given, str):
        return given
    word = DECORATION.sub("", given.strip(WRAPPING)).strip(WRAPPING).casefold()
    if word in SIDES:
        return SIDES[word]
    return neither if word in NEITHER else given


def _read_part(card: PairSpec, value: Any, fields: Fields) -> VerdictPart:
    if not isinstance(value, Mapping):
        raise VerdictError("missing" if value is None else f"expected a JSON object, got {shown(value)}")
    if absent := [key for key in (*fields.scores, fields.choice, fields.text) if key not in value]:
        raise VerdictError(f"{', '.join(absent)} missing")
    text = value[fields.text]
    if not isinstance(text, str):
        raise VerdictError(f"{fields.text}: expected text, got {shown(text)}")
    scores = [_read_score(card, key, value[key]) for key in fields.scores]
    return VerdictPart(scores, _read_choice(fields, value[fields.choice]), text.strip())


def _read_score(card: PairSpec, key: str, given: Any) -> float:
    if isinstance(given, bool) or not isinstance(given, int):
        raise VerdictError(f"{key}: expected a whole number, got {shown(given)}")
    if given not in card.scale:
        raise VerdictError(f"{key}: expected {card.lowest} to {card.highest}, got {shown(given)}")
    return float(given)


def _read_choice(fields: Fields, given: Any) -> Side:
    if given == fields.neither:
        return ""
    if not isinstance(given, str) or given.casefold() not in SIDES:
        raise VerdictError(f"{fields.choice}: expected A, B or {fields.neither}, got {shown(given)}")
    return SIDES[given.casefold()]
