"""What a foundation is made of, read from its config: no weight is loaded."""

from typing import NamedTuple

from domaintune.core.models.loading import Foundation
from domaintune.core.stage.errors import ModelError


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
