"""Choosing an arm's rows, rendering them, and measuring what came of it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from domaintune.core.records.instruction import Instruction
from domaintune.core.rendering.rendering import Refused, Rendered
from domaintune.core.sections.arms import Mixture
from domaintune.core.stage.errors import InputError
from domaintune.core.stage.files import to_json
from domaintune.core.stage.reject import Reject
from domaintune.mix.choosing import NONE, Chosen, choose

SPLITS = ("train", "validation")
ROW_LIMIT = 20_000
Row = tuple[Instruction, Rendered]
Render = Callable[[Instruction], Rendered | Refused]


class Mixed(NamedTuple):
    """An arm's rows: (instruction, rendered) in the order of their ids, and the rejected ones."""

    rows: list[Row]
    """A row that is seen more than once stands here as often; the second time its id ends in ~2, and so on."""
    rejects: list[Reject]
    chosen: int
    """Rows, repeats included, before rejection: what the books call in."""
    aside: Mapping[str, int] = MappingProxyType({})
    """For a mixture with caps, weights or languages: rows_of_groups, repeated, and left_out_by_….

    rows_of_groups + repeated - all left_out = chosen.
    """


def mix_rows(instructions: Sequence[Instruction], mixture: Mixture, render: Render, cutoff: int) -> Mixed:
    """Render the train and validation rows of the groups; the test split is never seen here.

    A rejected row is replaced by the next one of its hash order, so caps are filled and shares hold for the rows that
    are trained on. Rows left out are rendered only where they had been chosen before another one was rejected.

    Languages that are balanced by tokens need the tokens of all their rows, so all of them are rendered.

    Raises:
        InputError: not one row is left to train on.
        ParamsError: shares of languages that the rows cannot have.
    """
    by_tokens = mixture.balance == "tokens"
    first = mixture.model_copy(update={"languages": None}) if by_tokens else mixture
    taken = [row for row in instructions if row.group in mixture.groups]
    own = sorted((row for row in taken if row.split in SPLITS), key=lambda row: row.id)
    done: dict[str, Rendered] = {}
    lost: dict[str, Reject] = {}
    while True:
        left = [row for row in own if row.id not in lost]
        chosen = choose(left, first) if any(row.split == "train" for row in left) else NONE
        new = [row for row in left if row.id in chosen.times and row.id not in done]
        for row in new:
            found = _fit(row, render(row), cutoff)
            if isinstance(found, Reject):
                lost[row.id] = found
            else:
                done[row.id] = found
        if all(row.id in done for row in new):
            break
    if by_tokens and chosen.times:
        chosen = choose(left, mixture, {name: len(one.input_ids) for name, one in done.items()})
    rows = [(copy, done[row.id]) for row in left for copy in _copies(row, chosen)]
    if not any(row.split == "train" for row, _ in rows):
        raise InputError(
            f"no training row is left of {len(own)} rows in the groups {sorted(mixture.groups)} "
            f"({len(lost)} rejected; cutoff {cutoff}). Raise mix.cutoff, or look at data/curated with "
            "`domaintune show`."
        )
    return Mixed(rows, list(lost.values()), len(rows) + len(lost), _aside(own, chosen, mixture))


def summary(mixed: Mixed) -> dict[str, Any]:
    """Count rows and tokens by split, their shares by task and language, and the licences of what is trained on."""
    train = [(row, done) for row, done in mixed.rows if row.split == "train"]
    counts = {
        split: _counts((row, done) for row, done in mixed.rows if row.split == split) for split in SPLITS
    }
    return {
        **counts,
        "shares": {
            "tasks": _shares(train, [row.task for row, _ in train]),
            "languages": _shares(train, [row.language for row, _ in train]),
        },
        "licences": sorted({row.licence for row, _ in mixed.rows}),
        "longest": max(len(done.input_ids) for _, done in mixed.rows),
    }


def _fit(row: Instruction, rendered: Rendered | Refused, cutoff: int) -> Rendered | Reject:
    if isinstance(rendered, Refused):
        return _reject(row, rendered.reason, rendered.detail)
    if len(rendered.input_ids) > cutoff:
        return _reject(row, "over_cutoff", f"{len(rendered.input_ids)} tokens, cutoff {cutoff}")
    return rendered


def _copies(row: Instruction, chosen: Chosen) -> list[Instruction]:
    """Return the row as often as it is seen; ids stay unique, and the first is the row's own."""
    ids = [row.id, *(f"{row.id}~{seen}" for seen in range(2, chosen.times.get(row.id, 0) + 1))]
    return [row.model_copy(update={"id": name}) for name in ids[: chosen.times.get(row.id, 0)]]


def _aside(own: Sequence[Instruction], chosen: Chosen, mixture: Mixture) -> dict[str, int]:
    if not (mixture.caps or mixture.weights or mixture.languages):
        return {}
    return {"rows_of_groups": len(own), "repeated": chosen.repeated, **chosen.left_out}


def _counts(rows: Iterable[Row]) -> dict[str, int]:
    rendered = [done for _, done in rows]
    return {
        "rows": len(rendered),
        "tokens": sum(len(done.input_ids) for done in rendered),
        "answer_tokens": sum(done.answer_tokens for done in rendered),
    }


def _shares(rows: Sequence[Row], names: Sequence[str]) -> dict[str, dict[str, float]]:
    """Return rows and tokens of each name, and their shares (0–1) of all."""
    total = _counts(rows)
    shares: dict[str, dict[str, float]] = {}
    for name in sorted(set(names)):
        own = _counts(row for row, its in zip(rows, names, strict=True) if its == name)
        shares[name] = {
            **own,
            "row_share": round(own["rows"] / total["rows"], 6),
            "token_share": round(own["tokens"] / total["tokens"], 6),
        }
    return shares


def _reject(row: Instruction, reason: str, detail: str) -> Reject:
    return Reject(
        id=row.id,
        stage="mix",
        kind="rejected",
        reason=reason,
        detail=detail,
        row=to_json(row.model_dump(), indent=None)[:ROW_LIMIT],
    )
