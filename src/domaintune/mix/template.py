"""Which prompt format an arm uses, told from the model's files: an untrained arm must not load torch for it."""

import json
from pathlib import Path

from domaintune.core.models.pointer import locate, read_pointer
from domaintune.core.rendering.rendering import Template
from domaintune.mix.params import Mix

TEMPLATE_FILE = "chat_template.jinja"
CONFIG_FILE = "tokenizer_config.json"
# where transformers looks for a tokenizer's chat template; the first one wins
FILES = (TEMPLATE_FILE, CONFIG_FILE)


def resolve_template(params: Mix, foundation: Path) -> Template:
    """Return the prompt format: for `auto` chat where the tokenizer has a chat template, else Alpaca.

    Raises:
        ModelError: the model's files are missing, or not those that were pinned.
    """
    if params.template != "auto":
        return params.template
    pointer = read_pointer(foundation)
    small = {name: pointer.files[name] for name in FILES if name in pointer.files}
    folder = locate(
        foundation, pointer.model_copy(update={"files": small})
    )  # the weights are not read for this
    return "chat" if any(_has_template(folder / name) for name in small) else "alpaca"


def _has_template(path: Path) -> bool:
    text = path.read_text(encoding="utf-8")
    if path.name == TEMPLATE_FILE:
        return bool(text.strip())
    found = json.loads(text).get("chat_template")
    if isinstance(found, list):  # several by name: prompts are written with the default one
        return any(one.get("name") == "default" for one in found)
    return bool(found)
