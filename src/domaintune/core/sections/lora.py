"""`lora`: what is trained, and how much of it."""

from typing import ClassVar

from pydantic import Field

from domaintune.core.sections.arms import Method
from domaintune.core.stage.params import Params


class Lora(Params):
    """The tuning method and its sizes; a method leaves the sizes alone that it does not have.

    Sources: LoRA arXiv:2106.09685, DoRA arXiv:2402.09353, rank-stabilised LoRA arXiv:2312.03732, (IA)³
    arXiv:2205.05638, LLaMA-Adapter (adaption prompt) arXiv:2303.16199.
    """

    section: ClassVar[str] = "lora"
    method: Method
    """`full` trains every weight and writes a whole model; all others write a small adapter."""
    r: int = Field(gt=0)
    """Rank; of lora, dora and rslora."""
    alpha: int = Field(gt=0)
    """Scale; the update is multiplied by alpha / r, with rslora by alpha / sqrt(r)."""
    dropout: float = Field(ge=0, lt=1)
    target_modules: list[str] = Field(min_length=1)
    """Modules that lora, dora, rslora and ia3 adapt; `all-linear` alone: every linear layer but the head.

    With ia3 `all-linear` means the three places of its paper: keys, values and the feed-forward layer's last part.
    """
    adapter_len: int = Field(gt=0)
    """Prompt tokens a layer; of adaption_prompt."""
    adapter_layers: int | None = Field(gt=0)
    """How many layers, from the top, get a prompt; null: all. Of adaption_prompt."""
