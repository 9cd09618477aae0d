"""Calibration: a judge tells items of known quality apart before it judges anything; and its agreement with itself."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from contextlib import suppress
from itertools import combinations
from statistics import StatisticsError, correlation, fmean, mean

from pydantic import Field

from domaintune.core.paying.counting import COUNTING
from domaintune.core.records.judgment import CalibrationPair
from domaintune.core.sections.evaluation import Language
from domaintune.core.stage.accounting import ask_again
from domaintune.core.stage.errors import GateError
from domaintune.core.stage.params import Params

KEPT = 0.3
"""Share of a truncated answer's words that is left."""
PARAPHRASED = "paraphrased"
"""The version whose good answer says the reference in other words: to miss it is no blindness for a fault."""
LEAST_WORDS = 4
"""Of a calibration answer: with fewer, cutting it short hardly changes it."""


class CalibrationItem(Params):
    """An answer that is known to be good, and two that are known to be bad."""

    name: str = Field(pattern=r"^[a-z0-9_]+$")
    language: Language
    answer: str = Field(min_length=1)
    """Right, complete and in the row's language."""
    contradicted: str = Field(min_length=1)
    """Like the answer, but its facts are wrong."""
    off_language: str = Field(min_length=1)
    """What the answer says, in another language."""


def bad_answers(item: CalibrationItem, items: Sequence[CalibrationItem]) -> dict[str, str]:
    """Return the bad answers that every item has, by what is bad about them."""
    alike = [other for other in items if other.language == item.language]
    following = alike[(alike.index(item) + 1) % len(alike)]
    words = item.answer.split()
    return {
        "swapped": following.answer,
        "truncated": " ".join(words[: max(1, int(len(words) * KEPT))]),
        "contradicted": item.contradicted,
        "empty": "",
        "off_language": item.off_language,
    }


def item_problems(items: Sequence[CalibrationItem]) -> list[str]:
    """Return where items contradict one another or cannot be told from their bad versions."""
    names, languages = [item.name for item in items], [item.language for item in items]
    found = [
        f"two calibration items are called {n}" for n in sorted({n for n in names if names.count(n) > 1})
    ]
    found += [
        f"only one calibration item is in {language}; its answer can be swapped with none"
        for language in sorted(set(languages))
        if languages.count(language) == 1
    ]
    for item in items:
        if item.answer in item.model_dump(exclude={"answer", "name"}).values():
            found.append(f"calibration.{item.name}: a bad answer is the good one")
        if (count := len(item.answer.split())) < LEAST_WORDS:
            found.append(
                f"calibration.{item.name}.answer: expected {LEAST_WORDS} words or more, because its beginning is a bad "
                f"answer; got {count}"
            )
    return found


def prefers_good(version: str, good: float | None, bad: float | None) -> tuple[bool, str]:
    """Tell whether the good answer has the higher mean, and what both have; None: the reply could not be read."""
    said = ["unread" if mean is None else f"{mean:.2f}" for mean in (good, bad)]
    told = good is not None and bad is not None and good > bad
    return told, f"good {said[0]}, {version} {said[1]}"


def agreement(found: Sequence[CalibrationPair]) -> float:
    """Return the share (0-1) of pairs that are told apart; there is always one."""
    return fmean(pair.told_apart for pair in found)


def falls_short(found: Sequence[CalibrationPair], least: float) -> bool:
    """Tell whether a judge knows good from bad too seldom in a language, or sees a fault in less than half of that."""
    if (by := COUNTING.get()) and by.missing:  # answers that were only counted say nothing about a judge
        return False
    # one that reads nothing but lengths, or the words of the reference, passes on average by the kinds easy for it
    told: defaultdict[tuple[str, float], list[bool]] = defaultdict(list)
    for pair in found:
        told[pair.language, least].append(pair.told_apart)
        if pair.version != PARAPHRASED:
            told[pair.version, least / 2].append(pair.told_apart)
    return any(fmean(own) < bar for (_, bar), own in told.items())


def missed(found: Sequence[CalibrationPair]) -> str:
    """Return a line about each kind of pair that is not always told apart, with an example."""
    lines = []
    for version in dict.fromkeys(pair.version for pair in found):
        own = [pair for pair in found if pair.version == version]
        if wrong := [pair for pair in own if not pair.told_apart]:
            first = f"e.g. {wrong[0].row} ({wrong[0].language}): {wrong[0].said}"
            lines.append(f"  {version}: {len(own) - len(wrong)} of {len(own)} told apart; {first}")
    return "\n".join(lines)


def check_calibration(
    stage: str, key: str, tried: Sequence[CalibrationPair], *, least: float, spared: str, mend: str
) -> None:
    """Stop before anything is judged (`spared`) if a judge tells too few pairs apart in a language or by a fault."""
    by_spec = {
        name: [one for one in tried if one.rubric == name] for name in sorted({p.rubric for p in tried})
    }
    lines = [
        f"{name}: the good answer is preferred in {sum(pair.told_apart for pair in own)} of {len(own)} calibration "
        f"pairs ({percent(agreement(own))})\n{missed(own)}"
        for name, own in by_spec.items()
        if falls_short(own, least)
    ]
    if lines:
        raise GateError(
            f"{stage} ({key}): the judge does not tell good answers from bad, less often than {stage}.min_agreement = "
            f"{percent(least)} in a language, or than half of that for a kind of fault. None of the {spared} and "
            "nothing was written; the calibration items are paid for and stay in the ledger.\n"
            + "\n".join(lines)
            + f"\nChoose a better judge ({stage}.model); or {mend}; or lower {stage}.min_agreement, if scores that "
            "miss these kinds of fault are good enough."
            + (ask_again(stage, key) if any("unread" in pair.said for pair in tried) else "")
        )


def percent(share: float) -> str:
    """Return a share (0-1) as whole percent, for a message."""
    return f"{share:.0%}".replace("%", " %")


def self_agreement(values: Iterable[tuple[str, Hashable, float]]) -> dict[str, dict[str, float]]:
    """Return, for each criterion, how far two values of one thing are from one another, over all pairs of them.

    A value comes behind its criterion's name and what was asked about.

    `mean_absolute_difference` in points, `exact` as the share (0-1) of equal ones, Pearson's `correlation` where both
    vary. A criterion without two values of anything has no entry. The values come in the order they were asked for.
    """
    given: dict[str, dict[Hashable, list[float]]] = {}
    for name, about, value in values:
        given.setdefault(name, {}).setdefault(about, []).append(value)
    found: dict[str, dict[str, float]] = {}
    for name, things in sorted(given.items()):
        if couples := [couple for own in things.values() for couple in combinations(own, 2)]:
            found[name] = {
                "pairs": len(couples),
                "mean_absolute_difference": mean(abs(a - b) for a, b in couples),
                "exact": mean(float(a == b) for a, b in couples),
            }
            with suppress(StatisticsError):  # one pair alone, or one side that does not vary, has none
                found[name]["correlation"] = correlation(*zip(*couples, strict=True))
    return found
