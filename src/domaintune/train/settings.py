"""The values one arm is trained with: the shared sections with the arm's own on top."""

from typing import Any, NamedTuple

from domaintune.core.sections.arms import ArmTraining
from domaintune.core.sections.models import Lora
from domaintune.core.seeds import derive_seed
from domaintune.train.params import Train


class Settings(NamedTuple):
    """What shapes an arm's adapter beside its rows and its foundation."""

    arm: str
    lora: Lora
    train: Train
    seed: int
    """Below 2^32, for libraries that take no more."""

    def as_dict(self) -> dict[str, Any]:
        """Return the values as they are written on the card and hashed for checkpoints."""
        return {
            "arm": self.arm,
            "lora": self.lora.model_dump(),
            "train": self.train.model_dump(),
            "seed": self.seed,
        }


class Pace(NamedTuple):
    """How often something happens, in optimiser steps."""

    accumulation: int
    steps_per_epoch: int
    log_every: int
    eval_every: int
    """A multiple of `log_every`, so that a resumed run logs the same means."""


def settle(name: str, arm: ArmTraining, lora: Lora, train: Train, project_seed: int) -> Settings:
    """Put the arm's own values over the shared ones."""
    merged = train.model_copy(update=arm.train.model_dump(exclude_none=True))
    seed = derive_seed(project_seed if arm.seed is None else arm.seed, "train") % 2**32
    return Settings(name, lora.model_copy(update=arm.lora.model_dump(exclude_none=True)), merged, seed)


def pace(rows: int, train: Train, processes: int) -> Pace:
    """Turn rows (or packs) and batches into steps; the batch is a multiple of what all processes hold at once."""
    held = train.micro_batch * processes
    assert train.batch % held == 0, (train.batch, held)
    accumulation = train.batch // held
    micro_batches = -(-rows // held)
    steps = -(-micro_batches // accumulation)
    between = max(1, round(steps / train.evals_per_epoch))
    log_every = max(1, between // 10)
    return Pace(accumulation, steps, log_every, log_every * max(1, round(between / log_every)))
