"""Planted answers: known to be good or bad, so that a judge can show what it is worth before anything is judged."""

from collections import defaultdict
from collections.abc import Sequence
from statistics import fmean
from typing import ClassVar, NamedTuple

from pydantic import Field

from domaintune.core.sections.evaluation import Language
from domaintune.core.stage.params import Params

KEPT = 0.3
"""Share of a truncated answer's words that is left."""
PARAPHRASED = "paraphrased"
"""The version whose good answer says the reference in other words: to miss it is no blindness for a fault."""
LEAST_WORDS = 4
"""Of a planted answer: with fewer, cutting it short hardly changes it."""


class CalibrationItem(Params):
    """An answer that is known to be good, and two that are known to be bad."""

    section: ClassVar[str] = "planted answer"
    name: str = Field(pattern=r"^[a-z0-9_]+$")
    language: Language
    answer: str = Field(min_length=1)
    """Right, complete and in the row's language."""
    contradicted: str = Field(min_length=1)
    """Like the answer, but its facts are wrong."""
    off_language: str = Field(min_length=1)
    """What the answer says, in another language."""


class Pair(NamedTuple):
    """A good and a bad answer to the same thing, and what the judge made of them."""

    row: str
    language: str
    version: str
    """What is bad about the bad one."""
    told_apart: bool
    """Whether the judge prefers the good one; a reply that cannot be read tells nothing apart."""
    said: str
    """What the judge said of both, for a message."""


def bad_answers(row: CalibrationItem, rows: Sequence[CalibrationItem]) -> dict[str, str]:
    """Return the bad answers that every planted row has, by what is bad about them."""
    alike = [other for other in rows if other.language == row.language]
    following = alike[(alike.index(row) + 1) % len(alike)]
    words = row.answer.split()
    return {
        "swapped": following.answer,
        "truncated": " ".join(words[: max(1, int(len(words) * KEPT))]),
        "contradicted": row.contradicted,
        "empty": "",
        "off_language": row.off_language,
    }


def planted_problems(rows: Sequence[CalibrationItem]) -> list[str]:
    """Return where planted rows contradict one another or cannot be told from their bad versions."""
    names, languages = [row.name for row in rows], [row.language for row in rows]
    found = [
        f"two planted rows are called {name}" for name in sorted({n for n in names if names.count(n) > 1})
    ]
    found += [
        f"only one planted row is in {language}; its answer can be swapped with none"
        for language in sorted(set(languages))
        if languages.count(language) == 1
    ]
    for row in rows:
        given = [value for name, value in row.model_dump().items() if name not in ("answer", "name")]
        if row.answer in given:
            found.append(f"calibration.{row.name}: a bad answer is the good one")
        if (count := len(row.answer.split())) < LEAST_WORDS:
            found.append(
                f"calibration.{row.name}.answer: expected {LEAST_WORDS} words or more, because its beginning is a bad "
                f"answer; got {count}"
            )
    return found


def scored_pair(row: str, language: str, version: str, good: float | None, bad: float | None) -> Pair:
    """Return a pair of which each answer has a mean of its own; None where the reply could not be read."""
    said = ["unread" if mean is None else f"{mean:.2f}" for mean in (good, bad)]
    told = good is not None and bad is not None and good > bad
    return Pair(row, language, version, told, f"good {said[0]}, {version} {said[1]}")


def percent(share: float) -> str:
    """Return a share (0-1) as whole percent, for a message."""
    return f"{share:.0%}".replace("%", " %")


def agreement(found: Sequence[Pair]) -> float:
    """Return the share (0-1) of pairs that are told apart; there is always one."""
    return sum(pair.told_apart for pair in found) / len(found)


def falls_short(found: Sequence[Pair], least: float) -> bool:
    """Tell whether a judge knows good from bad too seldom in a language, or sees a fault in less than half of that.

    One that reads nothing but lengths, or the words of the reference, passes on average by the kinds easy for it.
    """
    told: defaultdict[tuple[str, float], list[bool]] = defaultdict(list)
    for pair in found:
        told[pair.language, least].append(pair.told_apart)
        if pair.version != PARAPHRASED:
            told[pair.version, least / 2].append(pair.told_apart)
    return any(fmean(own) < bar for (_, bar), own in told.items())


def missed(found: Sequence[Pair]) -> str:
    """Return a line about each kind of pair that is not always told apart, with an example."""
    lines = []
    for version in dict.fromkeys(pair.version for pair in found):
        own = [pair for pair in found if pair.version == version]
        if wrong := [pair for pair in own if not pair.told_apart]:
            told, first = len(own) - len(wrong), wrong[0]
            lines.append(
                f"  {version}: {told} of {len(own)} told apart; e.g. {first.row} ({first.language}): {first.said}"
            )
    return "\n".join(lines)
