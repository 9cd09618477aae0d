"""What a foundation is made of, read from its config: no weight is loaded."""

import json
from pathlib import Path
from typing import Any, NamedTuple

from domaintune.core.models.extension import Foundation
from domaintune.core.stage.errors import ModelError

NF4_CPU_MULTIPLE = 64


class ModelLayout(NamedTuple):
    """The parts of a model that tuning options depend on."""

    model_type: str
    """transformers' name of the architecture, e.g. `llama`."""
    layers: int
    """Decoder layers."""
    modules: tuple[str, ...]
    """Full names of all modules, e.g. `model.layers.0.self_attn.q_proj`."""
    linear: tuple[str, ...]
    """Full names of the linear ones, the output head not among them."""


def layout(foundation: Foundation) -> ModelLayout:
    """Build the model's modules without memory for their weights, and name them.

    Raises:
        ModelError: transformers cannot build a causal language model from the config.
    """
    import torch
    from transformers import AutoConfig, AutoModelForCausalLM
    from transformers.pytorch_utils import Conv1D

    trusted = foundation.pointer.trust_remote_code
    try:
        config = AutoConfig.from_pretrained(
            foundation.folder, trust_remote_code=trusted, local_files_only=True
        )
        with torch.device("meta"):
            model = AutoModelForCausalLM.from_config(config, trust_remote_code=trusted)
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(
            f"{foundation.pointer.name}: no causal language model can be built from its config: {error}"
        ) from error
    modules = dict(model.named_modules())
    head = model.get_output_embeddings()
    linear = tuple(
        name
        for name, module in modules.items()
        if isinstance(module, (torch.nn.Linear, Conv1D)) and module is not head
    )
    layers = config.get_text_config().num_hidden_layers
    return ModelLayout(config.model_type, layers, tuple(name for name in modules if name), linear)


def narrow_widths(folder: Path) -> dict[str, int]:
    """Return the widths that bitsandbytes' CPU kernels for nf4 end on with a traceback in the middle of a step.

    Measured: multiples of 32 run on most CPUs, those with avx512_bf16 want 64.
    """
    config = _config(folder)
    return {
        name: width
        for name in ("hidden_size", "intermediate_size")
        if isinstance(width := config.get(name), int) and width % NF4_CPU_MULTIPLE
    }


def context_length(folder: Path) -> int | None:
    """Return the longest sequence the model was made for, from its config; None where it says nothing."""
    config = _config(folder)
    for source in (config, config.get("text_config") or {}):
        if isinstance(length := source.get("max_position_embeddings"), int):
            return length
    return None


def _config(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / "config.json").read_text(encoding="utf-8")))
