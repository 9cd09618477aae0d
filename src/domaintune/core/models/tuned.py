"""Loading an arm as it was trained: the foundation with its adapter, or the whole model it became."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from domaintune.core.models.extension import Foundation
from domaintune.core.models.loading import load_model

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

    tuned = PeftModel.from_pretrained(model, folder)
    if foundation.extension is not None:
        _put_rows_in(tuned)
    return tuned


def _put_rows_in(tuned: Any) -> None:
    """Put the trained rows of added tokens into the embeddings and the head, whose own layers stand again.

    PEFT's layers around them hide the weights that a head may share, which lm-eval ties once more.
    """
    from peft.utils.other import TrainableTokensWrapper

    wrapped = {
        name: layer for name, layer in tuned.named_modules() if isinstance(layer, TrainableTokensWrapper)
    }
    for name, layer in wrapped.items():
        parent, _, last = name.rpartition(".")
        own = layer.unload_and_optionally_merge_module(merge=True, safe_merge=False, adapter_names=None)
        setattr(tuned.get_submodule(parent), last, own)
