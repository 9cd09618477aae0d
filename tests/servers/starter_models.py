"""A starter model for tests: trained for two steps by the foundation stage's own code."""

from pathlib import Path
from typing import Any

from domaintune.core.models.pointer import Pointer, pin_files, write_pointer
from domaintune.core.sections.models import StarterModel

DIALOGUES = [[{"role": "user", "content": "What is it?"}, {"role": "assistant", "content": "A pump."}]]
SIZES = {
    "kind": "starter", "reads": "x", "hidden_size": 64, "intermediate_size": 128, "heads": 2, "batch": 4, "steps": 2,
    "dialogue_steps": 1,
}  # fmt: skip


def make_foundation(folder: Path, texts: list[str], name: str, seed: int, **sizes: Any) -> Path:
    """Write the model, with a chat template unless `dialogue_steps` is 0, and the pointer that pins it."""
    from domaintune.foundation.starter import build_starter

    params = StarterModel.model_validate(SIZES | sizes)
    made = build_starter(params, texts, DIALOGUES, seed=seed, device="cpu")
    made.model.save_pretrained(folder)
    made.tokenizer.save_pretrained(folder)
    write_pointer(folder, Pointer(kind="starter", name=name, files=pin_files(folder)))
    return folder
