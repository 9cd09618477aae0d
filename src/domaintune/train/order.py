"""The order of training rows: shuffled, with rows of like length in one micro batch."""

from collections.abc import Iterator, Sequence

import numpy as np

from domaintune.core.seeds import derive

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
