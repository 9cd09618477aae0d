"""Choosing an arm's rows and rendering them."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, NamedTuple

from domaintune.core.records.instruction import Instruction
from domaintune.core.records.reject import Reject
from domaintune.core.rendering import Rendered
from domaintune.core.stage.errors import InputError, ParamsError
from domaintune.core.stage.files import to_json

SPLITS = ("train", "validation")
ROW_LIMIT = 20_000


class Mixed(NamedTuple):
    """An arm's rows: (instruction, rendered) in the order of their ids, and the rejected ones."""

    rows: list[tuple[Instruction, Rendered]]
    rejects: list[Reject]
    chosen: int
    """Rows of the arm's groups in the two splits, before rejection."""


def check_groups(mixture: Collection[str], groups_by_task: Mapping[str, str], arm: str) -> None:
    """Every group of the mixture must be some task's.

    Raises:
        ParamsError: naming the unknown groups and the known ones.
    """
    known = sorted(set(groups_by_task.values()))
    unknown = sorted(set(mixture) - set(known))
    if unknown or not mixture:
        raise ParamsError(
            f"params.yaml: arms.{arm}.mixture: {f'unknown groups {unknown}' if unknown else 'is empty'}; the "
            "tasks "
            f"have the groups {known}. Name one of them, or null for an untrained arm."
        )


def mix_rows(
    instructions: Sequence[Instruction],
    groups: Collection[str],
    tasks: Collection[str],
    render: Callable[[Instruction], Rendered],
    cutoff: int,
) -> Mixed:
    """Render the train and validation rows of the groups; the test split is never seen here.

    Raises:
        InputError: not one row is left to train on.
    """
    chosen = sorted(
        (row for row in instructions if row.group in groups and row.task in tasks and row.split in SPLITS),
        key=lambda row: row.id,
    )
    rows: list[tuple[Instruction, Rendered]] = []
    rejects: list[Reject] = []
    for row in chosen:
        if row.turns or row.system:
            rejects.append(
                _reject(row, "conversation", "rows with turns or a system message are not rendered yet")
            )
            continue
        rendered = render(row)
        if len(rendered.input_ids) > cutoff:
            rejects.append(_reject(row, "over_cutoff", f"{len(rendered.input_ids)} tokens, cutoff {cutoff}"))
        else:
            rows.append((row, rendered))
    if not any(row.split == "train" for row, _ in rows):
        raise InputError(
            f"no training row is left of {len(chosen)} rows in the groups {sorted(groups)} "
            f"({len(rejects)} rejected; cutoff {cutoff}). Raise mix.cutoff, or look at data/curated with "
            "`domaintune show`."
        )
    return Mixed(rows, rejects, len(chosen))


def summary(mixed: Mixed) -> dict[str, Any]:
    """Count rows and tokens by split, and the licences of what is trained on."""
    counts = {
        split: {
            "rows": sum(1 for row, _ in mixed.rows if row.split == split),
            "tokens": sum(len(done.input_ids) for row, done in mixed.rows if row.split == split),
            "answer_tokens": sum(done.answer_tokens for row, done in mixed.rows if row.split == split),
        }
        for split in SPLITS
    }
    licences = sorted({row.licence for row, _ in mixed.rows})
    return {**counts, "licences": licences, "longest": max(len(done.input_ids) for _, done in mixed.rows)}


def _reject(row: Instruction, reason: str, detail: str) -> Reject:
    return Reject(
        id=row.id,
        stage="mix",
        kind="rejected",
        reason=reason,
        detail=detail,
        row=to_json(row.model_dump(), indent=None)[:ROW_LIMIT],
    )
