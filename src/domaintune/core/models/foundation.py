"""A foundation on disk: pointer and folder, an extended vocabulary, and what its config says; no weight is loaded."""

from pathlib import Path
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict

from domaintune.core.models.pointer import Pointer, locate, read_pointer, read_record
from domaintune.core.stage.errors import ModelError
from domaintune.core.stage.files import read_json

EXTENSION = "extension.json"
NF4_CPU_MULTIPLE = 64


class Extension(BaseModel):
    """What `models/foundation/<key>/extension.json` holds; the base's weights are never copied."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")
    model: str
    """Key of the base model, whose folder stands beside this one."""
    base: Pointer
    first: int
    """Id of the first added token; the others follow it."""
    pieces: list[list[int]]
    """The base's tokens that each added token was written with."""

    @property
    def added(self) -> list[int]:
        """Return the ids of the added tokens."""
        return list(range(self.first, self.first + len(self.pieces)))


def read_extension(folder: Path) -> Extension:
    """Read the extension in a foundation folder."""
    return read_record(folder / EXTENSION, Extension, "vocabulary extension", "vocabulary")


def grow(model: Any, extension: Extension) -> None:
    """Give the model's embeddings and head a row for each added token: the mean of its pieces' rows."""
    import torch

    embeddings, rows = model.get_input_embeddings(), extension.first + len(extension.pieces)
    if embeddings.num_embeddings < extension.first:
        raise ModelError(
            f"{extension.base.name}: {embeddings.num_embeddings} embeddings for {extension.first} tokens; its "
            "vocabulary cannot be extended. Name another model in vocabulary.<key>.model."
        )
    if embeddings.num_embeddings < rows:
        model.resize_token_embeddings(rows, mean_resizing=False)
    with torch.no_grad():
        for layer in _layers(model):
            for values in (layer.weight, getattr(layer, "bias", None)):
                if values is not None:
                    means = [values[pieces].float().mean(0) for pieces in extension.pieces]
                    values[extension.first : rows] = torch.stack(means).to(values.dtype)


def added_rows(model: Any, extension: Extension) -> dict[str, list[int]]:
    """Return the rows to train, by the name of the layer that has them: the embeddings, and a head of its own."""
    layers = _layers(model)
    named = {name: module for name, module in model.named_modules() if any(module is one for one in layers)}
    return dict.fromkeys(named, extension.added)


def _layers(model: Any) -> list[Any]:
    """Return the embeddings and the head; a head that shares the embeddings' weights is not a second one."""
    embeddings, head = model.get_input_embeddings(), model.get_output_embeddings()
    return [embeddings] if head is None or head.weight is embeddings.weight else [embeddings, head]


class Foundation(NamedTuple):
    """A checked model folder and its pointer."""

    folder: Path
    """With the weights; of an extended model the base's."""
    pointer: Pointer
    tokenizer: Path
    """Folder with the tokenizer; of an extended model its own."""
    added: Extension | None = None
    """The added tokens of an extended model."""


def open_foundation(folder: Path) -> Foundation:
    """Read the pointer and check the files it names."""
    pointer = read_pointer(folder)
    located = locate(folder, pointer)
    if pointer.kind != "extended":
        return Foundation(located, pointer, located)
    added = read_extension(located)
    return Foundation(locate(folder.parent / added.model, added.base), pointer, located, added)


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
    """Build the model's modules without memory for their weights, and name them."""
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
    modules, head = dict(model.named_modules()), model.get_output_embeddings()
    dense, layers = (torch.nn.Linear, Conv1D), config.get_text_config().num_hidden_layers
    linear = [name for name, module in modules.items() if isinstance(module, dense) and module is not head]
    return ModelLayout(config.model_type, layers, tuple(filter(None, modules)), tuple(linear))


def narrow_widths(folder: Path) -> dict[str, int]:
    """Return the widths that bitsandbytes' CPU kernels for nf4 end on with a traceback in the middle of a step.

    Measured: multiples of 32 run on most CPUs, those with avx512_bf16 want 64.
    """
    config = read_json(folder / "config.json")
    widths = {name: config.get(name) for name in ("hidden_size", "intermediate_size")}
    return {
        name: width for name, width in widths.items() if isinstance(width, int) and width % NF4_CPU_MULTIPLE
    }


def context_length(folder: Path) -> int | None:
    """Return the longest sequence the model was made for, from its config; None where it says nothing."""
    config = read_json(folder / "config.json")
    found = (source.get("max_position_embeddings") for source in (config, config.get("text_config") or {}))
    return next((length for length in found if isinstance(length, int)), None)
