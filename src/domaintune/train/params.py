"""`train`: how an adapter is tuned."""

from typing import ClassVar, Literal

from pydantic import Field

from domaintune.core.stage.params import Params


class Train(Params):
    """Training of the adapter."""

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
    gradient_checkpointing: bool
    """Recompute activations to save memory, for about a third more time."""
