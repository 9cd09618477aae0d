"""`train`: how an arm is tuned."""

from typing import ClassVar, Literal

from pydantic import Field

from domaintune.core.stage.params import Params

SHARDED = ("fsdp", "deepspeed")
"""Strategies that split the model itself."""


class Launch(Params):
    """Over how many processes a training is spread, one a GPU; accelerate starts them."""

    section: ClassVar[str] = "train"
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
