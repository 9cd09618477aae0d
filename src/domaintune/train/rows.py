"""The mixture as the trainer takes it, nothing left to tokenise, cut or drop; and the order its rows are trained in."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl

from domaintune.core.frames import read_frame
from domaintune.core.seeds import derive
from domaintune.core.stage.errors import InputError

IGNORED = -100


class Rows(NamedTuple):
    """Pre-tokenised rows of one split: the columns trl needs; with `labels` there it leaves them as they are."""

    input_ids: list[list[int]]
    labels: list[list[int]]
    """IGNORED where there is no loss."""

    def __len__(self) -> int:
        return len(self.input_ids)

    @property
    def trained_tokens(self) -> int:
        """Tokens that carry loss."""
        return sum(label != IGNORED for labels in self.labels for label in labels)


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
        ids = part["input_ids"].to_list()
        labels = [
            [token if trained else IGNORED for token, trained in zip(*row, strict=True)]
            for row in zip(ids, part["loss_mask"], strict=True)
        ]
        rows[split] = Rows(ids, labels)
        if silent := [row for row, own in zip(part["id"], labels, strict=True) if not carries(own)]:
            raise InputError(f"{path}: rows without a trained token: {silent[:5]}. Run `dvc repro -f mix`.")
    return rows


def carries(labels: list[int]) -> bool:
    """Tell whether a row carries loss; a filler does not."""
    return any(label != IGNORED for label in labels)


def longest_row(path: Path) -> int:
    """Return the tokens of the longest row in `rows.parquet`."""
    return int(read_frame(path).select(pl.col("input_ids").list.len().max()).item())


POOL = 50  # micro batches sorted together; of 16-fold longer pools the padding is no smaller


class LengthGroupedOrder:
    """A sampler whose order is a function of seed and epoch alone.

    Random order wastes half of the work on padding. transformers' own grouping draws from the global
    generator, so a run resumed in a later epoch would see another order; it also leaves each pool sorted from
    long to short, which this one undoes by shuffling the micro batches.
    """

    def __init__(self, lengths: Sequence[int], micro_batch: int, seed: int, fillers: int = 0) -> None:
        """Order `lengths` rows; the `fillers` that stand after them come last in every epoch."""
        self.lengths, self.micro_batch, self.seed, self.fillers = list(lengths), micro_batch, seed, fillers
        self.epoch = 0

    def set_epoch(self, epoch: int) -> None:
        """Choose the epoch whose order comes next; the trainer calls it."""
        self.epoch = epoch

    def __len__(self) -> int:
        return len(self.lengths) + self.fillers

    def __iter__(self) -> Iterator[int]:
        rng = derive(self.seed, "order", str(self.epoch))
        rows = len(self.lengths)
        return iter([*grouped_order(self.lengths, self.micro_batch, rng), *range(rows, rows + self.fillers)])


def grouped_order(lengths: Sequence[int], micro_batch: int, rng: np.random.Generator) -> list[int]:
    """Return each row's index once; a last micro batch that is not full stays last."""
    order = [int(index) for index in rng.permutation(len(lengths))]
    pool = POOL * micro_batch
    full: list[list[int]] = []
    rest: list[int] = []
    for start in range(0, len(order), pool):
        ranked = sorted(order[start : start + pool], key=lambda index: lengths[index])
        if start + pool >= len(order) and (over := len(ranked) % micro_batch):
            rest, ranked = ranked[:over], ranked[over:]
        full += [ranked[i : i + micro_batch] for i in range(0, len(ranked), micro_batch)]
    shuffled = [full[int(index)] for index in rng.permutation(len(full))]
    return [index for batch in shuffled for index in batch] + rest
