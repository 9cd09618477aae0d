"""`train`: how an arm is tuned; and the values one arm is tuned with, its own on top of the shared ones."""

from typing import Any, ClassVar, Literal, NamedTuple

from pydantic import Field

from domaintune.core.sections.arms import ArmTraining
from domaintune.core.sections.models import Lora
from domaintune.core.seeds import derive_seed
from domaintune.core.stage.params import Params

LIBRARIES = ("accelerate", "peft", "torch", "transformers", "trl")
"""Whose versions shape an adapter, sorted."""
SHARDED = ("fsdp", "deepspeed")
"""Strategies that split the model itself."""


class Launch(Params):
    """Over how many processes a training is spread, one a GPU; accelerate starts them."""

    processes: int = Field(gt=0)
    """On all machines together."""
    machines: int = Field(gt=0)
    strategy: Literal["none", "ddp", "fsdp", "deepspeed"]
    """none: one process; ddp: each holds the whole model; fsdp, deepspeed (ZeRO-3): each holds a part of it."""


class Train(Params):
    """Training of an arm."""

    section: ClassVar[str] = "train"
    epochs: float = Field(gt=0)
    """Passes over the training rows."""
    batch: int = Field(gt=0)
    """Rows an optimiser step: micro_batch × accumulation × processes."""
    micro_batch: int = Field(gt=0)
    """Rows a device holds at once; must divide batch."""
    learning_rate: float = Field(gt=0)
    """Peak rate of AdamW."""
    scheduler: Literal["linear", "cosine", "constant", "constant_with_warmup"]
    warmup_fraction: float = Field(ge=0, lt=1)
    """Share of the steps with a rising rate."""
    weight_decay: float = Field(ge=0)
    max_grad_norm: float = Field(gt=0)
    evals_per_epoch: int = Field(gt=0)
    """Evaluations of the validation loss an epoch; a checkpoint is written with each."""
    patience: int = Field(gt=0)
    """Evaluations without a better validation loss before training stops; the best adapter is kept."""
    quantization: Literal["none", "nf4", "int8"]
    """Of the foundation's weights, through bitsandbytes."""
    precision: Literal["fp32", "bf16"]
    """Of the foundation's weights and of the arithmetic; an adapter's weights are stepped in fp32 either way."""
    gradient_checkpointing: bool
    """Recompute activations to save memory, for about a third more time."""
    optimizer: Literal["adamw_torch", "adamw_8bit"]
    """adamw_8bit keeps its two moments in 8 bit, through bitsandbytes: 2 bytes a trained weight instead of 8."""
    attention: Literal["eager", "sdpa", "flash_attention_2"]
    """flash_attention_2 needs a GPU, bf16 and the package flash-attn."""
    packing: bool
    """Put whole rows together up to pack_tokens; none sees another. A batch then counts packs."""
    pack_tokens: int = Field(gt=0)
    """Most tokens of a pack; no row may be longer."""
    neftune_alpha: float | None = Field(gt=0)
    """Noise on the embeddings while training (arXiv:2310.05914), e.g. 5; null: none."""
    launch: Launch


class Settings(NamedTuple):
    """What shapes an arm's adapter beside its rows and its foundation."""

    arm: str
    lora: Lora
    train: Train
    seed: int
    """Below 2^32, for libraries that take no more."""

    def as_dict(self) -> dict[str, Any]:
        """Return the values as they are written on the model card and hashed for checkpoints."""
        return self._asdict() | {"lora": self.lora.model_dump(), "train": self.train.model_dump()}


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
    accumulation = train.batch // held
    micro_batches = -(-rows // held)
    steps = -(-micro_batches // accumulation)
    between = max(1, round(steps / train.evals_per_epoch))
    log_every = max(1, between // 10)
    return Pace(accumulation, steps, log_every, log_every * max(1, round(between / log_every)))
