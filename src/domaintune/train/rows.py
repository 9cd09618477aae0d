"""The mixture as the trainer takes it: ids and labels, nothing left to tokenise, cut or drop."""

from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from domaintune.core.frames import read_frame
from domaintune.core.stage.errors import InputError

IGNORED = -100


class Rows(NamedTuple):
    """Pre-tokenised rows of one split."""

    input_ids: list[list[int]]
    labels: list[list[int]]
    """IGNORED where there is no loss."""

    def __len__(self) -> int:
        return len(self.input_ids)

    @property
    def trained_tokens(self) -> int:
        """Tokens that carry loss."""
        return sum(label != IGNORED for labels in self.labels for label in labels)

    def as_columns(self) -> dict[str, Any]:
        """Return the columns trl needs; with `labels` there it leaves them as they are."""
        return {"input_ids": self.input_ids, "labels": self.labels}


def read_rows(path: Path) -> dict[str, Rows]:
    """Read `rows.parquet` by split; validation rows come sorted by length, which saves padding.

    Raises:
        InputError: a row carries no loss, which trl would drop in silence.
    """
    frame = read_frame(path)
    rows = {}
    for split in ("train", "validation"):
        part = frame.filter(pl.col("split") == split).sort("id")
        if split == "validation":
            part = part.sort(pl.col("input_ids").list.len(), maintain_order=True)
        rows[split] = Rows(
            part["input_ids"].to_list(),
            [_labels(row["input_ids"], row["loss_mask"]) for row in part.iter_rows(named=True)],
        )
        silent = [
            row for row, labels in zip(part["id"], rows[split].labels, strict=True) if not carries(labels)
        ]
        if silent:
            raise InputError(f"{path}: rows without a trained token: {silent[:5]}. Run `dvc repro -f mix`.")
    return rows


def carries(labels: list[int]) -> bool:
    """Tell whether a row carries loss; a filler does not."""
    return any(label != IGNORED for label in labels)


def longest_row(path: Path) -> int:
    """Return the tokens of the longest row in `rows.parquet`."""
    return int(read_frame(path).select(pl.col("input_ids").list.len().max()).item())


def _labels(ids: list[int], mask: list[bool]) -> list[int]:
    return [token if trained else IGNORED for token, trained in zip(ids, mask, strict=True)]
