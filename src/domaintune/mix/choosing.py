"""Which rows of its groups an arm is trained on, and how often each is seen.

Caps, weights and languages are about training rows; validation rows are taken as they are. Rows are chosen by hashes
of their ids: a new row displaces one other at most, and the rows of a smaller cap are among those of a larger one.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from domaintune.core.records.instruction import Instruction
from domaintune.core.sections.arms import Mixture
from domaintune.core.stage.errors import ParamsError
from domaintune.core.stage.files import content_id
from domaintune.core.stage.params import did_you_mean

ROUNDING = 1e-9  # 0.7 × 10 is 7, not the 6 of 6.999…


class Chosen(NamedTuple):
    """How often each chosen row is seen, and how many others were left out by what."""

    times: dict[str, int]
    """Row id → how often; at least 1."""
    left_out: dict[str, int]
    """left_out_by_cap, _by_weight and _by_language: no loss of quality, so not in the books' columns."""

    @property
    def repeated(self) -> int:
        """Rows that stand in the mixture again because of a weight."""
        return sum(self.times.values()) - len(self.times)


NONE = Chosen({}, {})


def check_mixture(mixture: Mixture, groups_by_task: Mapping[str, str], arm: str) -> None:
    """Every group of the mixture must be some task's, and every task with a cap or weight in one of its groups.

    Raises:
        ParamsError: naming what is unknown and what is known.
    """
    known = sorted(set(groups_by_task.values()))
    problems = []
    if unknown := sorted(set(mixture.groups) - set(known)):
        problems.append(
            f"mixture: unknown groups {unknown}; the curated rows have the groups {known}"
            f"{_meant(unknown, known)}. Name one of them, or null for an untrained arm."
        )
    own = sorted(task for task, group in groups_by_task.items() if group in mixture.groups)
    for name, tasks in (("caps", mixture.caps), ("weights", mixture.weights)):
        if unknown := sorted(set(tasks) - set(own)):
            problems.append(
                f"mixture.{name}: {unknown} are no tasks of the groups {sorted(set(mixture.groups))}, which have "
                f"{own}{_meant(unknown, own)}."
            )
    if problems:
        raise ParamsError("\n".join(f"params.yaml: arms.{arm}.{problem}" for problem in problems))


def choose(rows: Sequence[Instruction], mixture: Mixture) -> Chosen:
    """Apply caps, then weights, then languages to the training rows.

    Raises:
        ParamsError: the rows are in a language without a share, or a language with a share has no rows.
    """
    train = [row for row in rows if row.split == "train"]
    left = dict.fromkeys(("left_out_by_cap", "left_out_by_weight", "left_out_by_language"), 0)
    times: dict[str, int] = {}
    for task in sorted({row.task for row in train}):
        own = _ranked("task", (row.id for row in train if row.task == task))
        capped = own[: mixture.caps.get(task)]
        left["left_out_by_cap"] += len(own) - len(capped)
        weighted = _weighted(capped, mixture.weights.get(task, 1.0))
        left["left_out_by_weight"] += len(capped) - len(weighted)
        times |= weighted
    if mixture.languages is not None:
        language = {row.id: row.language for row in train if row.id in times}
        balanced = _balanced(times, language, mixture.languages)
        left["left_out_by_language"] = len(times) - len(balanced)
        times = balanced
    return Chosen(times | {row.id: 1 for row in rows if row.split != "train"}, left)


def _weighted(ranked: Sequence[str], weight: float) -> dict[str, int]:
    """Give each row the whole part of the weight, and the first ones one more for the rest of it."""
    whole = int(weight)
    more = int((weight - whole) * len(ranked) + 0.5)
    times = {name: whole + (at < more) for at, name in enumerate(ranked)}
    return {name: count for name, count in times.items() if count}


def _balanced(
    times: Mapping[str, int], language: Mapping[str, str], shares: Mapping[str, float]
) -> dict[str, int]:
    """Leave out rows of the languages of which there are too many, until the shares hold to one row."""
    there: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for name, count in times.items():
        there[language[name]] += [(name, seen) for seen in range(count)]
    if unnamed := sorted(set(there) - set(shares)):
        raise ParamsError(
            f"params.yaml: arms: mixture.languages: the training rows are also in {unnamed}; give each of "
            f"{sorted(there)} a share, 0 to leave it out."
        )
    if missing := sorted(name for name, share in shares.items() if share and not there[name]):
        raise ParamsError(
            f"params.yaml: arms: mixture.languages: no training row of the groups is in {missing}; there are rows "
            f"in {sorted(name for name in there if there[name])}."
        )
    total = min(len(there[name]) / share for name, share in shares.items() if share)
    kept: Counter[str] = Counter()
    for name, share in shares.items():
        ranked = sorted(there[name], key=lambda one: content_id("mix", "language", one[0], str(one[1])))
        kept.update(row for row, _ in ranked[: int(total * share + ROUNDING)])
    return dict(kept)


def _ranked(purpose: str, names: Iterable[str]) -> list[str]:
    return sorted(names, key=lambda name: content_id("mix", purpose, name))


def _meant(unknown: Sequence[str], known: Sequence[str]) -> str:
    meant = did_you_mean(unknown[0], known)
    return meant if meant.startswith(" (") else ""
