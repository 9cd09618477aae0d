"""`lora`: the adapter."""

from typing import ClassVar

from pydantic import Field

from domaintune.core.stage.params import Params


class Lora(Params):
    """LoRA hyper-parameters. Source: Hu et al. 2021, arXiv:2106.09685."""

    section: ClassVar[str] = "lora"
    r: int = Field(gt=0)
    """Rank."""
    alpha: int = Field(gt=0)
    """Scale; the update is multiplied by alpha / r."""
    dropout: float = Field(ge=0, lt=1)
    target_modules: list[str] = Field(min_length=1)
    """Module names that get an adapter; `all-linear` alone means every linear layer but the head."""
