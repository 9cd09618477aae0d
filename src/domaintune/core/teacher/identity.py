"""What the ledger calls a model: name and revision, the same on every machine that has the same model."""

import hashlib
from pathlib import Path
from typing import NamedTuple

from domaintune.core.sections.models import Teacher
from domaintune.core.stage.errors import ParamsError
from domaintune.core.stage.files import file_hash

SHAPING = (".json", ".jinja", ".model", ".safetensors", ".txt")


class Identity(NamedTuple):
    """Model and revision as they stand in a request's key."""

    model: str
    revision: str


def identity(settings: Teacher) -> Identity:
    """Return the model's name and revision; a local folder is named by its files' content, not by its path.

    Raises:
        ParamsError: a hub model without a pinned revision, whose answers would change under the same key.
    """
    folder = Path(settings.model)
    if settings.backend != "transformers":
        return Identity(settings.model, settings.revision)
    if folder.is_dir():
        return Identity(folder.resolve().name, _content(folder))
    if not settings.revision:
        raise ParamsError(
            f"params.yaml: revision: {settings.model} is no local folder, so it is a hub model and must be "
            "pinned: give the commit hash shown on its hub page"
        )
    return Identity(settings.model, settings.revision)


def _content(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        if path.suffix in SHAPING and path.is_file():
            digest.update(f"{path.name}\x1f{file_hash(path)}\n".encode())
    return digest.hexdigest()[:16]
