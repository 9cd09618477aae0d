"""Reading a judge's reply by the shape its spec asks for.

Spelling variants are understood; a score that is not there is never made up.
"""

import re
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from domaintune.core.records.judgment import CONTRADICTION
from domaintune.core.scoring.asking import plain_score, read_scores
from domaintune.core.scoring.prose import ScoreError
from domaintune.core.scoring.rubric import AnySpec, PairSpec
from domaintune.core.scoring.spec import SingleSpec

Side = Literal["A", "B", ""]

SIDES: dict[str, Side] = {"a": "A", "b": "B"}
NEITHER = {"nothing", "neither", "none", "tie", "equal", "both", "둘 다 아님", "없음"}
DECORATION = re.compile(
    r"^(?:the\s+)?(?:model|answer|response|assistant|모델|답변|응답)[\s_:-]*", re.IGNORECASE
)
WRAPPING = "\"'`*.()[] \t\n"


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


def tidy(spec: PairSpec, value: Any) -> Any:
    """Return the reply in the schema's spelling where its meaning is plain; anything else stays as it is.

    `Answer A`, `model_a` and `a` are A; 4.0, "4" and "4/5" are 4; keys that nobody asked for are dropped.
    """
    if not isinstance(value, Mapping):
        return value
    if spec.verdict == "closer":
        return _tidy_part(spec, value, CLOSER)
    names = [one.name for one in spec.criteria if one.name in value]
    return {name: _tidy_part(spec, value[name], CRITERION) for name in names}


def problem(spec: PairSpec, value: Any) -> str | None:
    """Say why a reply cannot be read, or None when it can."""
    try:
        read(spec, value)
    except ScoreError as error:
        return str(error)
    return None


def read(spec: AnySpec, value: Any) -> Verdict:
    """Read a reply, by the names of its fields and never by their order.

    Raises:
        ScoreError: a score is missing, out of the scale or not a number, a choice was not offered, or it is the answer
            with the lower score: one of the two is a slip, and nobody can say which.
    """
    if isinstance(spec, SingleSpec):
        scores = read_scores(spec, value)
        sides = [SideScore(name, "", float(score)) for name, score in scores.values.items()]
        return Verdict(sides, None, scores.reason, {})
    tidied = tidy(spec, value)
    if spec.verdict == "criteria":
        return _read_criteria(spec, tidied)
    (a, b), choice, reason = _read_part(spec, tidied, CLOSER)
    if (choice == "A" and a < b) or (choice == "B" and b < a):
        raise ScoreError(f"{CONTRADICTION}: closer is {choice}, score_a {a:.0f} and score_b {b:.0f}")
    name = spec.criteria[0].name
    return Verdict([SideScore(name, "A", a), SideScore(name, "B", b)], choice, reason, {})


def _read_criteria(spec: PairSpec, value: Any) -> Verdict:
    scores: list[SideScore] = []
    notes: dict[str, str] = {}
    for criterion in spec.criteria:
        try:
            given = value.get(criterion.name) if isinstance(value, Mapping) else value
            part = _read_part(spec, given, CRITERION)
        except ScoreError as error:
            raise ScoreError(f"{criterion.name}: {error}") from error
        scores.append(SideScore(f"similarity/{criterion.name}", "", part.scores[0]))
        scores += [
            SideScore(f"specific/{criterion.name}", side, float(side == part.choice))
            for side in SIDES.values()
        ]
        notes[criterion.name] = part.text
    return Verdict(scores, None, "", notes)


def _tidy_part(spec: PairSpec, value: Any, fields: Fields) -> Any:
    if not isinstance(value, Mapping):
        return value
    tidied = {key: value[key] for key in (*fields.scores, fields.choice, fields.text) if key in value}
    for key in tidied.keys() & set(fields.scores):
        tidied[key] = plain_score(tidied[key], spec.highest)
    if isinstance(given := tidied.get(fields.choice), str):
        word = DECORATION.sub("", given.strip(WRAPPING)).strip(WRAPPING).casefold()
        tidied[fields.choice] = SIDES.get(word, fields.neither if word in NEITHER else given)
    return tidied


def _read_part(spec: PairSpec, value: Any, fields: Fields) -> VerdictPart:
    if not isinstance(value, Mapping):
        raise ScoreError("missing" if value is None else f"expected a JSON object, got {shown(value)}")
    if absent := [key for key in (*fields.scores, fields.choice, fields.text) if key not in value]:
        raise ScoreError(f"{', '.join(absent)} missing")
    for key in fields.scores:
        if type(value[key]) is not int or value[key] not in spec.scale:
            wanted = f"a whole number from {spec.lowest} to {spec.highest}"
            raise ScoreError(f"{key}: expected {wanted}, got {shown(value[key])}")
    choice, text = value[fields.choice], value[fields.text]
    sides: dict[Any, Side] = {"A": "A", "B": "B", fields.neither: ""}
    if not isinstance(choice, str) or choice not in sides:
        raise ScoreError(f"{fields.choice}: expected A, B or {fields.neither}, got {shown(choice)}")
    if not isinstance(text, str):
        raise ScoreError(f"{fields.text}: expected text, got {shown(text)}")
    return VerdictPart([float(value[key]) for key in fields.scores], sides[choice], text.strip())


def shown(value: Any) -> str:
    """Return a value for a message."""
    return repr(value)[:100]
