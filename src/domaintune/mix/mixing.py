"""Choosing an arm's rows and rendering them, without those that cannot be trained on."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from domaintune.core.records.instruction import Instruction
from domaintune.core.rendering.chat import Refused
from domaintune.core.rendering.rendering import Rendered
from domaintune.core.sections.arms import Mixture
from domaintune.core.stage.accounting import Reject
from domaintune.core.stage.errors import InputError
from domaintune.mix.selection import Chosen, Known, choose

SPLITS = ("train", "validation")
REPEAT = "~"
"""Stands in the id of a row that is seen again, behind the row's own."""
Row = tuple[Instruction, Rendered]
Render = Callable[[Instruction], Rendered | Refused]


class Mixed(NamedTuple):
    """An arm's rows: (instruction, rendered) in the order of their ids, and the rejected ones."""

    rows: list[Row]
    """A row that is seen more than once stands here as often; the second time its id ends in ~2, and so on."""
    rejects: list[Reject]
    aside: Mapping[str, int]
    """For a mixture with grades, caps, weights or languages: rows_of_groups, repeated, and left_out_by_….

    rows_of_groups + repeated - all left_out = rows + rejects.
    """
    known: Known
    """What the choice by grades knew."""
    candidates: Sequence[str]
    """Training rows of the groups, before any rule."""


class _Attempts:
    """What came of rendering rows, each once: rejected is what cannot be rendered, or is longer than the cutoff."""

    def __init__(self, render: Render, cutoff: int) -> None:
        self.render, self.cutoff = render, cutoff
        self.done: dict[str, Rendered] = {}
        self.lost: dict[str, Reject] = {}

    def rejected(self, rows: Sequence[Instruction]) -> list[Reject]:
        """Render the rows, and return those of them that are rejected."""
        for row in (row for row in rows if row.id not in self.done and row.id not in self.lost):
            found = self.render(row)
            if isinstance(found, Rendered) and len(found.input_ids) > self.cutoff:
                found = Refused("over_cutoff", f"{len(found.input_ids)} tokens, cutoff {self.cutoff}")
            if isinstance(found, Rendered):
                self.done[row.id] = found
            else:
                self.lost[row.id] = Reject.of("mix", row.id, *found, row)
        return [self.lost[row.id] for row in rows if row.id in self.lost]

    def tokens(self) -> dict[str, int]:
        """Return the tokens of the rows that were rendered."""
        return {name: len(one.input_ids) for name, one in self.done.items()}


def mix_rows(
    instructions: Sequence[Instruction],
    mixture: Mixture,
    render: Render,
    cutoff: int,
    values: Mapping[str, float],
) -> Mixed:
    """Render the train and validation rows of the groups, `values` being their grades; the test split is never seen.

    Rows left out are rendered only where they had been chosen before another one was rejected, or where the choice
    needs tokens: all rows where languages are balanced by tokens, and graded rows for a share, which is one of what can
    be trained on, or a draw, which is measured in tokens. A row that was never chosen is not rejected.
    """
    taken = (row for row in instructions if row.group in mixture.groups and row.split in SPLITS)
    own = sorted(taken, key=lambda row: row.id)
    train = [row.id for row in own if row.split == "train"]
    attempts, by_tokens = _Attempts(render, cutoff), mixture.balance == "tokens"
    if (grades := mixture.grades) is not None and (grades.top or grades.random_draw):
        attempts.rejected([row for row in own if row.split == "train" and row.id in values])
    known = Known(values, attempts.tokens())
    first = mixture.model_copy(update={"languages": None}) if by_tokens else mixture
    left, chosen, lost = _settle(own, lambda rows: choose(rows, first, known), attempts)
    if by_tokens and chosen.times:
        chosen = choose(left, mixture, known, attempts.tokens())
    rows = [(copy, attempts.done[row.id]) for row in left for copy in _copies(row, chosen)]
    if not any(row.split == "train" for row, _ in rows):
        ungraded = chosen.left_out.get("left_out_by_grade", 0)
        also, ask = (f"; {ungraded} left out by grade", ", ask less of grades") if ungraded else ("", "")
        raise InputError(
            f"no training row is left of {len(own)} rows in the groups {sorted(mixture.groups)} ({len(lost)} rejected; "
            f"cutoff {cutoff}{also}). Raise mix.cutoff{ask}, or look at data/curated with `domaintune show`."
        )
    repeated = sum(chosen.times.values()) - len(chosen.times)
    aside = {"rows_of_groups": len(own), "repeated": repeated, **chosen.left_out}
    rules = grades or mixture.caps or mixture.weights or mixture.languages
    return Mixed(rows, lost, aside if rules else {}, known, train)


def _settle(
    own: list[Instruction], pick: Callable[[Sequence[Instruction]], Chosen], attempts: _Attempts
) -> tuple[list[Instruction], Chosen, list[Reject]]:
    """Choose, and again without what is rejected: caps are filled and shares hold for the rows that are trained on.

    Return the rows that were not rejected, what was chosen, and what was rejected.
    """
    lost: list[Reject] = []
    while any(row.split == "train" for row in own):
        chosen = pick(own)
        if not (rejected := attempts.rejected([row for row in own if row.id in chosen.times])):
            return own, chosen, lost
        lost += rejected
        gone = {reject.id for reject in rejected}
        own = [row for row in own if row.id not in gone]
    return own, Chosen({}, {}), lost


def _copies(row: Instruction, chosen: Chosen) -> list[Instruction]:
    """Return the row as often as it is seen; ids stay unique, and the first is the row's own."""
    ids = [row.id, *(f"{row.id}{REPEAT}{seen}" for seen in range(2, chosen.times.get(row.id, 0) + 1))]
    return [row.model_copy(update={"id": name}) for name in ids[: chosen.times.get(row.id, 0)]]
