"""Loading an arm as it was trained: the foundation with its adapter, or the whole model it became."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from domaintune.core.models.loading import Foundation, load_model

ADAPTER_CONFIG = "adapter_config.json"


def load_tuned(foundation: Foundation, folder: Path, described: Mapping[str, Any], device: str) -> Any:
    """Load the arm in `folder`; `described` is its `arm.json`.

    A folder with an adapter config holds an adapter, of whichever method; one without holds every weight.

    Raises:
        ModelError: the foundation or the whole model does not load.
    """
    adapter = (folder / ADAPTER_CONFIG).is_file()
    if described["trained"] and not adapter:
        return load_model(Foundation(folder, foundation.pointer), "none", described["precision"], device)
    model = load_model(foundation, described["quantization"], described["precision"], device)
    if not described["trained"]:
        return model
    from peft import PeftModel

    return PeftModel.from_pretrained(model, folder)
