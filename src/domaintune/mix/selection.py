"""Which rows of its groups an arm is trained on, and how often each is seen.

The rules are about training rows and follow one another: `rows`, `grades`, `caps`, `weights`, `languages`. Validation
rows are taken as they are. Rows are chosen by hashes of their ids: a new row displaces one other at most, and the rows
of a smaller cap are among those of a larger one.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from domaintune.core.records.instruction import Instruction
from domaintune.core.sections.arms import Mixture
from domaintune.core.stage.errors import ParamsError
from domaintune.core.stage.files import content_id
from domaintune.mix.grade_filter import NOTHING, Known, nearest, ranked, repeated, select


class Chosen(NamedTuple):
    """How often each chosen row is seen, and how many others were left out by what."""

    times: dict[str, int]
    """Row id → how often; at least 1."""
    left_out: dict[str, int]
    """left_out_by_cap, _by_weight and _by_language, and _by_grade where grades are looked at: no loss of quality, so
    not in the accounting's columns."""


NONE = Chosen({}, {})


def choose(
    rows: Sequence[Instruction],
    mixture: Mixture,
    sizes: Mapping[str, int] | None = None,
    known: Known = NOTHING,
) -> Chosen:
    """Apply rows and grades, then caps, then weights, then languages to the training rows.

    `sizes` gives each row's tokens where the languages are balanced by tokens; without them every row counts one.

    Raises:
        ParamsError: the rows are in a language without a share, or a language with a share has no rows.
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
    _check_languages(there, shares)

    def sizes_of(copies: Sequence[tuple[str, int]]) -> list[int]:
        return [1 if sizes is None else sizes[row] for row, _ in copies]

    total = min(sum(sizes_of(there[name])) / share for name, share in shares.items() if share)
    kept: Counter[str] = Counter()
    for name, share in shares.items():
        order = sorted(there[name], key=lambda one: content_id("mix", "language", one[0], str(one[1])))
        kept.update(row for row, _ in order[: nearest(sizes_of(order), total * share)])
    return dict(kept)


def _check_languages(there: Mapping[str, Sequence[object]], shares: Mapping[str, float]) -> None:
    if unnamed := sorted(set(there) - set(shares)):
        raise ParamsError(
            f"params.yaml: arms: mixture.languages: the training rows are also in {unnamed}; give each of "
            f"{sorted(there)} a share, 0 to leave it out."
        )
    if missing := sorted(name for name, share in shares.items() if share and not there.get(name)):
        raise ParamsError(
            f"params.yaml: arms: mixture.languages: no training row of the groups is in {missing}; there are rows "
            f"in {sorted(name for name in there if there[name])}."
        )
