"""Which prompt format an arm uses, told from the model's files: an untrained arm must not load torch for it."""

import json
from pathlib import Path

from domaintune.core.models.pointer import Pointer, fetch, read_pointer
from domaintune.core.rendering.rendering import Template
from domaintune.core.stage.errors import ModelError
from domaintune.core.stage.files import file_hash
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
    names = [name for name in FILES if name in pointer.files]
    folder = _folder(foundation, pointer, names)
    return "chat" if any(_has_template(_checked(folder / name, pointer)) for name in names) else "alpaca"


def _folder(foundation: Path, pointer: Pointer, names: list[str]) -> Path:
    if pointer.kind in ("starter", "extended"):
        return foundation
    if pointer.kind == "local":
        return Path(pointer.path or "")
    return fetch(pointer.repo_id or "", pointer.revision or "", names)


def _checked(path: Path, pointer: Pointer) -> Path:
    """Hold one small file against the pointer; the weights are not read for this."""
    if not path.is_file() or file_hash(path) != pointer.files[path.name].sha256:
        raise ModelError(
            f"{path}: missing, or its bytes are not those pinned when the model was. Restore the file, or run "
            "`dvc repro -f foundation` to pin the new one."
        )
    return path


def _has_template(path: Path) -> bool:
    text = path.read_text(encoding="utf-8")
    if path.name == TEMPLATE_FILE:
        return bool(text.strip())
    found = json.loads(text).get("chat_template")
    if isinstance(found, list):  # several by name: prompts are written with the default one
        return any(one.get("name") == "default" for one in found)
    return bool(found)
