"""The adapter's files in PEFT's own format, byte-stable and without a path of this machine."""

from pathlib import Path
from typing import Any

from domaintune.core.models.pointer import Pointer
from domaintune.core.stage.files import read_json, write_json

CONFIG = "adapter_config.json"


def save_adapter(model: Any, out: Path, foundation: Pointer) -> None:
    """Save weights and config; PEFT's config holds a set in random order and a folder of this machine."""
    model.save_pretrained(out, save_embedding_layers=False)
    config = read_json(out / CONFIG)
    write_json(out / CONFIG, portable_config(config, foundation))


def portable_config(config: dict[str, Any], foundation: Pointer) -> dict[str, Any]:
    """Return the config with sorted module names and the foundation by its public name."""
    modules = config["target_modules"]
    return {
        **config,
        "target_modules": sorted(modules) if isinstance(modules, list) else modules,
        "base_model_name_or_path": foundation.name,
        "revision": foundation.revision,
    }
