"""Which rows of its groups an arm is trained on, and how often each is seen.

The rules are about training rows and follow one another: `rows`, `grades`, `caps`, `weights`, `languages`. Validation
rows are taken as they are. A row without a grade is never treated as a bad one: filter keeps it, weight shows it once;
`rows: graded` is what leaves it out. Rows are chosen by hashes of their ids: a new row displaces one other at most, and
the rows of a smaller cap are among those of a larger one.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate
from typing import NamedTuple

from domaintune.core.records.instruction import Instruction
from domaintune.core.sections.arms import ArmGrades, Mixture
from domaintune.core.stage.errors import ParamsError
from domaintune.core.stage.files import content_id
from domaintune.mix.grades import band_of


class Known(NamedTuple):
    """What is known of the rows an arm may take."""

    values: Mapping[str, float]
    """Row id → grade; a row without one is not here."""
    tokens: Mapping[str, float]
    """Row id → tokens, of graded rows that can be rendered, where the choice needs them."""


class Chosen(NamedTuple):
    """How often each chosen row is seen, and how many others were left out by what."""

    times: dict[str, int]
    """Row id → how often; at least 1."""
    left_out: dict[str, int]
    """left_out_by_cap, _by_weight and _by_language, and _by_grade where grades are looked at: no loss of quality, so
    not in the accounting's columns."""


def choose(
    rows: Sequence[Instruction], mixture: Mixture, known: Known, sizes: Mapping[str, int] | None = None
) -> Chosen:
    """Apply rows and grades, then caps, then weights, then languages to the training rows.

    `sizes` gives each row's tokens where the languages are balanced by tokens; without them every row counts one.
    """
    train = [row for row in rows if row.split == "train"]
    left = dict.fromkeys(("left_out_by_cap", "left_out_by_weight", "left_out_by_language"), 0)
    graded = select([row.id for row in train], mixture, known)
    if mixture.grades is not None:
        left["left_out_by_grade"] = len(train) - len(graded)
    times: dict[str, int] = {}
    for task in sorted({row.task for row in train}):
        own = ranked("task", (row.id for row in train if row.task == task and row.id in graded))
        capped = own[: mixture.caps.get(task)]
        left["left_out_by_cap"] += len(own) - len(capped)
        weighted = _weighted(capped, graded, mixture.weights.get(task, 1.0))
        left["left_out_by_weight"] += len(capped) - len(weighted)
        times |= weighted
    if mixture.languages is not None:
        language = {row.id: row.language for row in train if row.id in times}
        balanced = _balanced(times, language, mixture.languages, sizes)
        left["left_out_by_language"] = len(times) - len(balanced)
        times = balanced
    return Chosen(times | {row.id: 1 for row in rows if row.split != "train"}, left)


def _weighted(order: Sequence[str], graded: Mapping[str, int], weight: float) -> dict[str, int]:
    """Multiply how often each row is seen by the weight; rows seen as often share its fraction."""
    times: dict[str, int] = {}
    for seen in sorted({graded[name] for name in order}):
        times |= repeated([name for name in order if graded[name] == seen], seen * weight)
    return times


def _balanced(
    times: Mapping[str, int],
    language: Mapping[str, str],
    shares: Mapping[str, float],
    sizes: Mapping[str, int] | None,
) -> dict[str, int]:
    """Leave out rows of the languages of which there is too much, until the shares hold to half a row."""
    there: dict[str, list[tuple[str, int]]] = defaultdict(list)  # a row's id, and its copies before
    for name, count in times.items():
        there[language[name]] += [(name, seen) for seen in range(count)]
    if unnamed := sorted(set(there) - set(shares)):
        raise ParamsError(
            f"params.yaml: arms: mixture.languages: the training rows are also in {unnamed}; give each of "
            f"{sorted(there)} a share, 0 to leave it out."
        )
    if missing := sorted(name for name, share in shares.items() if share and name not in there):
        raise ParamsError(
            f"params.yaml: arms: mixture.languages: no training row of the groups is in {missing}; there are rows "
            f"in {sorted(there)}."
        )

    def sizes_of(copies: Sequence[tuple[str, int]]) -> list[int]:
        return [1 if sizes is None else sizes[row] for row, _ in copies]

    total = min(sum(sizes_of(there[name])) / share for name, share in shares.items() if share)
    kept: Counter[str] = Counter()
    for name, share in shares.items():
        order = sorted(there[name], key=lambda one: content_id("mix", "language", one[0], str(one[1])))
        kept.update(row for row, _ in order[: nearest(sizes_of(order), total * share)])
    return dict(kept)


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
