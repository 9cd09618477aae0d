"""Scores in a judge's prose: `Rating: [[7]]`, `점수: 7점`, `Helpfulness: 8/10`, criterion by criterion.

A number counts when its form or its label says that it is a score. Two different ones for one thing are none, a lone
overall score is not spread over several criteria, and none is moved into its range.
"""

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from domaintune.core.scoring.spec import REASON, ScoredCriterion, ScoringSpec
from domaintune.core.scoring.written import NUMBER, SCALE, aliases, as_written, labels_of, written_scores
from domaintune.core.teacher.repair import Read, Unreadable

LINE_START = r"^[\s|>#•\-–(\"'\d.)]*"
DECORATION = re.compile(r"[*`]")
DEDUCTED = re.compile(
    r"\b(?:deduct\w*|subtract\w*|dock\w*|los[et]\w*|minus|t(?:ake|akes|aking|ook)\b.{0,20}?\boff)\b[^.!?\n]*$",
    re.IGNORECASE,
)
"""Words after which a number in the same sentence is deducted from the score."""


class Place(NamedTuple):
    """Where a label was written: its criterion (None: the whole), and what follows it."""

    name: str | None
    line: str
    block: str


def read_prose(spec: ScoringSpec, text: str) -> Read | Unreadable:
    """Read an answer that is not JSON as the spec's schema wants it: all of it as its reason, and each score's number.

    Unreadable where a criterion has no score, two different ones, or one that is out of its range or not a whole
    number; all that is wrong is named.
    """
    plain = DECORATION.sub("", unicodedata.normalize("NFKC", text))
    if len(spec.criteria) == 1:  # any score in the text is its own
        [one] = spec.criteria
        found = {one.name: written_scores([plain], aliases(one), one.highest)}
    else:
        found = _several(spec, plain)
    problems = [
        f"{one.name}: {problem}" for one in spec.criteria if (problem := _problem(one, found[one.name]))
    ]
    if len(spec.criteria) > 1 and not any(found.values()):
        whole = " and ".join(written_scores([plain], (), spec.criteria[0].highest))
        problems += [f"{whole} for the whole is not spread over the criteria"] if whole else []
    if problems:
        return Unreadable(f"read as prose: {'; '.join(problems)}")
    scores = {name: int(float(given[0])) for name, given in found.items()}
    return Read({REASON: text.strip(), **scores}, repaired=True)


def _several(spec: ScoringSpec, text: str) -> dict[str, list[str]]:
    """Return each criterion's different scores, from the first way of writing in which all have one.

    The ways: a line a criterion that begins with its name; a heading with the score somewhere below; names anywhere.
    A score out of its range ends the search: another way of reading must not find a better one. So does a score that
    stands before its name, because behind the name stands the next one's; a line that begins with the name must agree.
    """
    headed, anywhere = _places(spec, text, LINE_START), _places(spec, text, "")
    if in_front := _in_front(spec, text):
        lines = _behind(spec, headed, below=False)
        return {name: list(dict.fromkeys([*scores, *lines[name]])) for name, scores in in_front.items()}
    ways: list[tuple[list[Place], bool]] = [(headed, False), (headed, True), (anywhere, False)]
    tried = []
    for places, below in ways:
        found = _behind(spec, places, below=below)
        wrong = {one.name for one in spec.criteria if _problem(one, found[one.name])}
        if not wrong or any(len(found[name]) == 1 for name in wrong):
            return found
        tried.append(found)
    return max(tried, key=lambda found: sum(bool(scores) for scores in found.values()))


def _behind(spec: ScoringSpec, places: Sequence[Place], *, below: bool) -> dict[str, list[str]]:
    """Return the scores that stand behind their names: in the same line, or under a label somewhere below."""
    return {
        one.name: written_scores(
            [place.block if below else place.line for place in places if place.name == one.name],
            () if below else None,
            one.highest,
        )
        for one in spec.criteria
    }


def _in_front(spec: ScoringSpec, text: str) -> dict[str, list[str]]:
    """Return the scores that stand before their names (8/10 for helpfulness, 7 for accuracy); nothing where none do.

    What is deducted (1 point off for accuracy) is none.
    """
    labels, named = labels_of(spec)
    pattern = (
        rf"{NUMBER}(?:{SCALE})?\s*(?:points?\s+)?(?:for|in|on)\s+(?:the\s+|its\s+)?({labels})(?![A-Za-z])"
    )
    found: dict[str, list[str]] = {one.name: [] for one in spec.criteria}
    highest = {one.name: one.highest for one in spec.criteria}
    for match in re.finditer(pattern, text, re.IGNORECASE):
        name = named(match[match.lastindex or 0])
        if name is not None and not DEDUCTED.search(text[: match.start()]):
            value = as_written(match, highest[name])
            found[name] += [] if value in found[name] else [value]
    return found if any(found.values()) else {}


def _places(spec: ScoringSpec, text: str, before: str) -> list[Place]:
    """Return where the criteria's names stand, each with the rest of its line and with all up to the next name."""
    labels, named = labels_of(spec)
    found = list(re.finditer(rf"(?m){before}(?<![^\W_])({labels})(?![A-Za-z])", text, re.IGNORECASE))
    ends = [*(match.start() for match in found), len(text)][1:]
    blocks = [text[match.end() : end] for match, end in zip(found, ends, strict=True)]
    return [Place(named(match[1]), _line(block), block) for match, block in zip(found, blocks, strict=True)]


def _line(block: str) -> str:
    """Return the rest of a label's line; where the label stands alone, the next line that is not empty."""
    first, _, rest = block.lstrip(" \t:").partition("\n")
    return first if first.strip() else rest.lstrip().partition("\n")[0]


def _problem(one: ScoredCriterion, scores: Sequence[str]) -> str | None:
    """Say why what was found is not a score of this criterion."""
    if not scores:
        return "no score"
    if len(scores) > 1:
        return f"{len(scores)} different scores, {' and '.join(scores)}"
    value = scores[0]
    if not re.fullmatch(r"-?\d+(?:\.0+)?", value) or not one.lowest <= float(value) <= one.highest:
        return f"expected a whole number from {one.lowest} to {one.highest}, got {value}"
    return None
