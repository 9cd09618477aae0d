"""Opening the asker that the settings name. The one place where a backend's name meets its code.

Embedded backends are handed in by their stage, so that a comment in one of them reruns that stage alone.
"""

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from domaintune.core.paying.ledger import Ledger, ledger_path
from domaintune.core.paying.paying import Payer
from domaintune.core.paying.protocol import Backend, Failure, Reply, Request
from domaintune.core.sections.models import Runtime
from domaintune.core.sections.models import Teacher as Settings
from domaintune.core.stage.errors import ParamsError
from domaintune.core.stage.files import file_hash
from domaintune.core.teacher.asking import Asker

Embedded = Mapping[str, Callable[[], Backend]]

SHAPING = (".json", ".jinja", ".model", ".safetensors", ".txt")
"""Suffixes of the files of a model's folder that its answers depend on."""


class Declines:
    """An embedded backend for what needs a model: it declines whatever it is asked."""

    def __init__(self, why: str) -> None:
        self._failure = Failure("needs_model", why)

    def ask(self, requests: Sequence[Request]) -> Iterator[tuple[Request, Reply | Failure]]:
        """Yield each request with the reason why there is no answer."""
        for request in requests:
            yield request, self._failure


class ModelIdentity(NamedTuple):
    """Model and revision as they stand in a request's key."""

    model: str
    revision: str


@contextmanager
def open_asker(settings: Settings, runtime: Runtime, responses: Path, embedded: Embedded) -> Iterator[Asker]:
    """Yield an asker for the backend that the settings name.

    Raises:
        ParamsError: this stage has no such backend.
        InputError: `responses` is damaged.
        LedgerError: the ledger cannot be used.
    """
    openers: dict[str, Callable[[], Backend]] = {
        "openai": lambda: _openai(settings, runtime),
        "transformers": lambda: _transformers(settings, runtime),
        **embedded,
    }
    if settings.backend not in openers:
        raise ParamsError(
            f"params.yaml: backend: {settings.backend} is not for this stage; expected one of "
            f"{', '.join(sorted(openers))}"
        )
    model, revision = identity(settings)
    if settings.backend in embedded:
        yield Asker(settings, Payer(model, revision, openers[settings.backend], None, responses))
        return
    with Ledger(ledger_path(os.environ)) as ledger:
        yield Asker(settings, Payer(model, revision, openers[settings.backend], ledger, responses))


def _openai(settings: Settings, runtime: Runtime) -> Backend:
    from domaintune.core.paying.openai_server import open_server

    return open_server(settings.server, runtime, os.environ)


def _transformers(settings: Settings, runtime: Runtime) -> Backend:
    from domaintune.core.teacher.transformers_backend import TransformersBackend

    return TransformersBackend(settings, runtime)


def identity(settings: Settings) -> ModelIdentity:
    """Return the model's name and revision; a local folder is named by its files' content, not by its path.

    Raises:
        ParamsError: a hub model without a pinned revision, whose answers would change under the same key.
    """
    folder = Path(settings.model)
    if settings.backend != "transformers":
        return ModelIdentity(settings.model, settings.revision)
    if folder.is_dir():
        return ModelIdentity(folder.resolve().name, _content(folder))
    if not settings.revision:
        raise ParamsError(
            f"params.yaml: revision: {settings.model} is no local folder, so it is a hub model and must be "
            "pinned: give the commit hash shown on its hub page"
        )
    return ModelIdentity(settings.model, settings.revision)


def _content(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        if path.suffix in SHAPING and path.is_file():
            digest.update(f"{path.name}\x1f{file_hash(path)}\n".encode())
    return digest.hexdigest()[:16]
