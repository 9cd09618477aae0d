"""Which training rows an arm takes by their grades, and how often a weight of their band shows them.

The first of the rules about rows: caps, weights and languages are about what it leaves. A row without a grade is
never treated as a bad one: filter keeps it, weight shows it once; `rows: graded` is what leaves it out.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate
from types import MappingProxyType
from typing import NamedTuple

from domaintune.core.sections.arms import ArmGrades, Mixture
from domaintune.core.stage.files import content_id
from domaintune.mix.grades import band_of

EMPTY: Mapping[str, float] = MappingProxyType({})


class Known(NamedTuple):
    """What is known of the rows an arm may take."""

    values: Mapping[str, float] = EMPTY
    """Row id → grade; a row without one is not here."""
    tokens: Mapping[str, float] = EMPTY
    """Row id → tokens, of graded rows that can be rendered, where the choice needs them (`needs_tokens`)."""


NOTHING = Known()


def needs_tokens(grades: ArmGrades | None) -> bool:
    """Say whether graded rows must be rendered before they are chosen from: a share is one of what can be trained on,
    and a draw is measured in tokens.
    """
    return grades is not None and (grades.top is not None or grades.random_draw is not None)


def candidates(names: Sequence[str], mixture: Mixture, values: Mapping[str, float]) -> list[str]:
    """Return the rows that `mixture.rows` lets through, in the given order."""
    if mixture.rows == "all":
        return list(names)
    return [name for name in names if (name in values) == (mixture.rows == "graded")]


def select(names: Sequence[str], mixture: Mixture, known: Known) -> dict[str, int]:
    """Return how often each chosen row is seen, by `rows` and `grades` alone.

    A row that cannot be rendered is chosen where a good one would be; once it is rejected, the next one stands in.
    """
    own, grades = candidates(names, mixture, known.values), mixture.grades
    if grades is None or grades.use in ("ignore", "condition"):
        return dict.fromkeys(own, 1)
    times = {name: 1 for name in own if name not in known.values}
    graded = [name for name in own if name in known.values]
    if grades.use == "weight":
        for band, weight in grades.times.items():
            own = [name for name in graded if band_of(known.values[name], grades.bands) == band]
            times |= repeated(ranked("grade", own), weight)
        return times
    taken = best_of(graded, grades, known)
    if grades.random_draw is not None:
        taken = drawn(graded, taken, grades.random_draw, known)
    return times | dict.fromkeys(taken, 1)


def best_of(graded: Sequence[str], grades: ArmGrades, known: Known) -> list[str]:
    """Return the rows at or above the threshold, or the best share of them; of equal grades the smaller hash wins."""
    if grades.at_least is not None:
        return [name for name in graded if known.values[name] >= grades.at_least]
    assert grades.top is not None, "use filter has a threshold or a share"
    order = sorted(ranked("grade", graded), key=lambda name: -known.values[name])
    fit = sum(name in known.tokens for name in order)
    return _up_to(order, known.tokens, max(1, int(grades.top * fit + 0.5)))


def drawn(graded: Sequence[str], best: Sequence[str], draw: int, known: Known) -> list[str]:
    """Return a random control: rows drawn at random with as many tokens as the best ones.

    Each draw has a hash order of its own. Its first rows are taken as long as their tokens are no more than wanted;
    then the last of them gives way to, or is followed by, the one of the others that comes nearest to what is missing.
    Only this one is not random.
    """
    order, wanted = ranked(f"chance {draw}", graded), tokens_of(best, known)
    fit = [name for name in order if name in known.tokens]
    if not wanted:
        return []
    reached = list(accumulate((known.tokens[name] for name in fit), initial=0.0))
    first = sum(tokens <= wanted for tokens in reached) - 1
    if first == len(fit):
        return _up_to(order, known.tokens, first)
    ends = [(kept, last) for kept in range(max(first - 1, 0), first + 1) for last in fit[kept:]]
    kept, last = min(ends, key=lambda end: abs(wanted - reached[end[0]] - known.tokens[end[1]]))
    return [*_up_to(order, known.tokens, kept), last]


def tokens_of(names: Sequence[str], known: Known) -> float:
    """Return the tokens of the rows that can be rendered."""
    return sum(known.tokens[name] for name in names if name in known.tokens)


def _up_to(order: Sequence[str], fit: Mapping[str, float], wanted: int) -> list[str]:
    """Return the first rows, up to the `wanted`-th of those that fit."""
    before = accumulate((name in fit for name in order), initial=0)
    return [name for name, seen in zip(order, before, strict=False) if seen < wanted]


def repeated(order: Sequence[str], weight: float) -> dict[str, int]:
    """Give each row the whole part of the weight, and the first ones one more for the rest of it."""
    whole = int(weight)
    more = int((weight - whole) * len(order) + 0.5)
    times = {name: whole + (at < more) for at, name in enumerate(order)}
    return {name: count for name, count in times.items() if count}


def ranked(purpose: str, names: Iterable[str]) -> list[str]:
    """Return the ids in the order of their hashes, one order a purpose."""
    return sorted(names, key=lambda name: content_id("mix", purpose, name))


def nearest(sizes: Sequence[float], wanted: float) -> int:
    """Return how many of the first sizes add up to what comes nearest to `wanted`; of two as near, the fewer."""
    off = [round(abs(reached - wanted), 9) for reached in accumulate(sizes, initial=0.0)]
    return off.index(min(off))
