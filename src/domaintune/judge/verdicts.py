"""Asking a judge, and reading its reply by the shape its spec asks for: spellings are understood, no score made up."""

import re
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any, Literal, NamedTuple

from domaintune.core.records.judgment import CONTRADICTION
from domaintune.core.scoring.asking import ask, plain_score, read_scores
from domaintune.core.scoring.rubric import SHAPES, AnySpec, PairSpec
from domaintune.core.scoring.spec import SingleSpec
from domaintune.core.teacher.asking import Asked, Asker, Prompt

Side = Literal["A", "B", ""]

SIDES: dict[str, Side] = {"a": "A", "b": "B"}
NEITHER = {"nothing", "neither", "none", "tie", "equal", "both", "둘 다 아님", "없음"}
DECORATION = re.compile(
    r"^(?:the\s+)?(?:model|answer|response|assistant|모델|답변|응답)[\s_:-]*", re.IGNORECASE
)
WRAPPING = "\"'`*.()[] \t\n"


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


def ask_for(asker: Asker, spec: AnySpec, prompts: Iterable[Prompt]) -> dict[str, Asked]:
    """Return what came of each prompt, by its id."""
    if isinstance(spec, SingleSpec):
        return ask(asker, spec, prompts)
    return ask(asker, spec, prompts, check=partial(problem, spec), tidy=partial(tidy, spec))


def tidy(spec: PairSpec, value: Any) -> Any:
    """Return the reply in the schema's spelling where its meaning is plain; anything else stays as it is.

    `Answer A`, `model_a` and `a` are A; 4.0, "4" and "4/5" are 4; keys that nobody asked for are dropped.
    """
    if spec.verdict == "closer" or not isinstance(value, Mapping):
        return _tidy_part(spec, value)
    return {one.name: _tidy_part(spec, value[one.name]) for one in spec.criteria if one.name in value}


def problem(spec: PairSpec, value: Mapping[str, Any]) -> str | None:
    """Say that a reply's choice is the answer with the lower score: one of the two is a slip, and it is not used."""
    if spec.verdict == "closer":
        a, b, closer = value["score_a"], value["score_b"], value["closer"]
        if (closer == "A" and a < b) or (closer == "B" and b < a):
            return f"{CONTRADICTION}: closer is {closer}, score_a {a:.0f} and score_b {b:.0f}"
    return None


def read(spec: AnySpec, asked: Asked) -> Verdict | None:
    """Read a reply by the names of its fields and never by their order; None where it could not be used."""
    if (value := asked.value) is None:
        return None
    if isinstance(spec, SingleSpec):
        values, reason = read_scores(spec, value)
        return Verdict([SideScore(name, "", of_one) for name, of_one in values.items()], None, reason, {})
    text, named, choice, _ = SHAPES[spec.verdict]
    if spec.verdict == "closer":
        scores = [
            SideScore(spec.criteria[0].name, side, float(value[field]))
            for side, field in zip(SIDES.values(), named, strict=True)
        ]
        return Verdict(scores, SIDES.get(value[choice].lower(), ""), value[text].strip(), {})
    scores = []
    for name in (one.name for one in spec.criteria):
        scores.append(SideScore(f"similarity/{name}", "", float(value[name][named[0]])))
        scores += [
            SideScore(f"specific/{name}", side, float(side == value[name][choice])) for side in SIDES.values()
        ]
    return Verdict(scores, None, "", {one.name: value[one.name][text].strip() for one in spec.criteria})


def _tidy_part(spec: PairSpec, value: Any) -> Any:
    if not isinstance(value, Mapping):
        return value
    text, scores, choice, neither = SHAPES[spec.verdict]
    tidied = {key: value[key] for key in (*scores, choice, text) if key in value}
    for key in tidied.keys() & set(scores):
        tidied[key] = plain_score(tidied[key], max(spec.scale))
    if isinstance(given := tidied.get(choice), str):
        word = DECORATION.sub("", given.strip(WRAPPING)).strip(WRAPPING).casefold()
        tidied[choice] = SIDES.get(word, neither if word in NEITHER else given)
    return tidied
