"""Choosing an arm's rows and rendering them, without those that cannot be trained on."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from domaintune.core.records.instruction import Instruction
from domaintune.core.rendering.chat import Refused
from domaintune.core.rendering.rendering import Rendered
from domaintune.core.sections.arms import Mixture
from domaintune.core.stage.accounting import Reject
from domaintune.core.stage.errors import InputError
from domaintune.mix.grade_filter import EMPTY, NOTHING, Known, needs_tokens
from domaintune.mix.selection import NONE, Chosen, choose

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
    chosen: int
    """Rows, repeats included, before rejection: what the accounting calls in."""
    aside: Mapping[str, int] = MappingProxyType({})
    """For a mixture with grades, caps, weights or languages: rows_of_groups, repeated, and left_out_by_….

    rows_of_groups + repeated - all left_out = chosen.
    """
    known: Known = NOTHING
    """What the choice by grades knew."""
    candidates: Sequence[str] = ()
    """Training rows of the groups, before any rule."""


def fit(row: Instruction, rendered: Rendered | Refused, cutoff: int) -> Rendered | Reject:
    """Return the row, or why it is lost: it could not be rendered, or has more tokens than `cutoff`."""
    if isinstance(rendered, Refused):
        reason, detail = rendered
    elif len(rendered.input_ids) > cutoff:
        reason, detail = "over_cutoff", f"{len(rendered.input_ids)} tokens, cutoff {cutoff}"
    else:
        return rendered
    return Reject.of("mix", row.id, reason, detail, row)


def mix_rows(
    instructions: Sequence[Instruction],
    mixture: Mixture,
    render: Render,
    cutoff: int,
    values: Mapping[str, float] = EMPTY,
) -> Mixed:
    """Render the train and validation rows of the groups; the test split is never seen here.

    A rejected row is replaced by the next one of its order, so caps are filled and shares hold for the rows that are
    trained on. Rows left out are rendered only where they had been chosen before another one was rejected, or where
    the choice needs tokens; a row that was never chosen is left out, not rejected.

    Languages that are balanced by tokens need the tokens of all their rows, so all of them are rendered. `values`:
    row id → grade.

    Raises:
        InputError: not one row is left to train on.
        ParamsError: shares of languages that the rows cannot have.
    """
    by_tokens = mixture.balance == "tokens"
    first = mixture.model_copy(update={"languages": None}) if by_tokens else mixture
    taken = [row for row in instructions if row.group in mixture.groups]
    own = sorted((row for row in taken if row.split in SPLITS), key=lambda row: row.id)
    graded = [
        row for row in own if row.split == "train" and row.id in values and needs_tokens(mixture.grades)
    ]
    tried = {row.id: fit(row, render(row), cutoff) for row in graded}
    tokens = {name: len(one.input_ids) for name, one in tried.items() if isinstance(one, Rendered)}
    known = Known(values, tokens)
    left, chosen, done, lost = _settle(
        own,
        lambda rows: choose(rows, first, known=known),
        lambda row: tried.get(row.id) or fit(row, render(row), cutoff),
    )
    if by_tokens and chosen.times:
        chosen = choose(left, mixture, {name: len(one.input_ids) for name, one in done.items()}, known)
    rows = [(copy, done[row.id]) for row in left for copy in _copies(row, chosen)]
    if not any(row.split == "train" for row, _ in rows):
        raise InputError(_nothing_left(own, mixture, lost, chosen, cutoff))
    aside: dict[str, int] = {}
    if mixture.grades or mixture.caps or mixture.weights or mixture.languages:
        repeated = sum(chosen.times.values()) - len(chosen.times)
        aside = {"rows_of_groups": len(own), "repeated": repeated, **chosen.left_out}
    train = [row.id for row in own if row.split == "train"]
    return Mixed(rows, list(lost.values()), len(rows) + len(lost), aside, known, train)


def _settle(
    own: Sequence[Instruction],
    pick: Callable[[Sequence[Instruction]], Chosen],
    attempt: Callable[[Instruction], Rendered | Reject],
) -> tuple[list[Instruction], Chosen, dict[str, Rendered], dict[str, Reject]]:
    """Choose, render what is chosen, and choose again without what is rejected, until all chosen rows are rendered.

    Return the rows that were not rejected, what was chosen, what was rendered, and what was rejected.
    """
    done: dict[str, Rendered] = {}
    lost: dict[str, Reject] = {}
    while True:
        left = [row for row in own if row.id not in lost]
        chosen = pick(left) if any(row.split == "train" for row in left) else NONE
        new = [row for row in left if row.id in chosen.times and row.id not in done]
        for row in new:
            found = attempt(row)
            if isinstance(found, Reject):
                lost[row.id] = found
            else:
                done[row.id] = found
        if all(row.id in done for row in new):
            return left, chosen, done, lost


def _nothing_left(
    own: Sequence[Instruction], mixture: Mixture, lost: Mapping[str, Reject], chosen: Chosen, cutoff: int
) -> str:
    ungraded = chosen.left_out.get("left_out_by_grade", 0)
    also, ask = (f"; {ungraded} left out by grade", ", ask less of grades") if ungraded else ("", "")
    return (
        f"no training row is left of {len(own)} rows in the groups {sorted(mixture.groups)} ({len(lost)} rejected; "
        f"cutoff {cutoff}{also}). Raise mix.cutoff{ask}, or look at data/curated with `domaintune show`."
    )


def _copies(row: Instruction, chosen: Chosen) -> list[Instruction]:
    """Return the row as often as it is seen; ids stay unique, and the first is the row's own."""
    ids = [row.id, *(f"{row.id}{REPEAT}{seen}" for seen in range(2, chosen.times.get(row.id, 0) + 1))]
    return [row.model_copy(update={"id": name}) for name in ids[: chosen.times.get(row.id, 0)]]
