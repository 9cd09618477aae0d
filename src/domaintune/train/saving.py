"""Loading what is trained, and saving it in its library's own format, byte-stable and without a local path."""

from pathlib import Path
from typing import Any

import torch

from domaintune.core.models.loading import Foundation, load_model
from domaintune.core.models.pointer import Pointer
from domaintune.core.models.tuned import ADAPTER_CONFIG
from domaintune.core.stage.files import read_json, write_json
from domaintune.train.checks import SHARDED
from domaintune.train.launching import is_main
from domaintune.train.settings import Settings
from domaintune.train.tuning import Tuned


def load_foundation(opened: Foundation, settings: Settings, device: str) -> Any:
    """Load what is trained on: weights that are trained themselves in fp32, and on the CPU what is then split."""
    train, whole = settings.train, settings.lora.method == "full"
    place = "cpu" if train.launch.strategy in SHARDED else device
    return load_model(
        opened, train.quantization, "fp32" if whole else train.precision, place, train.attention
    )


def save(tuned: Tuned, tokenizer: Any, out: Path, foundation: Pointer, settings: Settings) -> None:
    """Save the adapter, or after method full every weight, as a folder that its library loads by itself."""
    if settings.train.launch.strategy in SHARDED:
        tuned.trainer.processing_class = None  # the tokenizer is saved below, where it belongs to the folder
        tuned.trainer.save_model(str(out))  # every process gives its part, the main one writes
        (out / "training_args.bin").unlink(missing_ok=True)  # a pickle
    elif is_main() and settings.lora.method == "full":
        whole = tuned.model.to(torch.bfloat16) if settings.train.precision == "bf16" else tuned.model
        whole.save_pretrained(out)
    elif is_main():
        tuned.model.save_pretrained(out, save_embedding_layers=False)
    if not is_main():
        return
    if settings.lora.method == "full" or foundation.kind == "extended":
        tokenizer.save_pretrained(out)
    if settings.lora.method != "full":
        (out / "README.md").unlink(missing_ok=True)
        write_json(out / ADAPTER_CONFIG, portable_config(read_json(out / ADAPTER_CONFIG), foundation))


def portable_config(config: dict[str, Any], foundation: Pointer) -> dict[str, Any]:
    """Return the config with sorted module names and the foundation by its public name."""
    ordered = {
        name: sorted(value)
        if isinstance(value, list) and all(isinstance(one, str) for one in value)
        else value
        for name, value in config.items()
    }
    return {**ordered, "base_model_name_or_path": foundation.name, "revision": foundation.revision}
