"""Opening the asker that the settings name.

The one place where a backend's name meets its code. Embedded backends are handed in by their stage.
"""

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any, NamedTuple

from domaintune.core.paying.forgetting import unused_path
from domaintune.core.paying.ledger import Ledger, ledger_path
from domaintune.core.paying.openai_server import open_server
from domaintune.core.paying.paying import Payer
from domaintune.core.paying.protocol import Backend, Failure, Reply, Request
from domaintune.core.sections.models import Runtime
from domaintune.core.sections.models import Teacher as Settings
from domaintune.core.stage.errors import ParamsError
from domaintune.core.stage.files import file_hash, write_json
from domaintune.core.teacher.asking import Asker
from domaintune.core.teacher.local_model import open_local

Openers = Mapping[str, Callable[[], Backend]]

SHAPING = (".json", ".jinja", ".model", ".safetensors", ".txt")
"""Suffixes of the files of a model's folder that its answers depend on."""


class Embedded(NamedTuple):
    """A backend in this process that answers each request by itself, from the facts behind its prompt."""

    answer: Callable[[dict[str, Any]], Reply | Failure]

    def ask(self, requests: Sequence[Request]) -> Iterator[tuple[Request, Reply | Failure]]:
        """Yield each request with its answer, or with the reason why there is none, in the order given."""
        for request in requests:
            yield request, self.answer(json.loads(request.messages[0].content))


def declines(why: str) -> Embedded:
    """Return a backend for what needs a model: it declines whatever it is asked."""
    return Embedded(lambda _: Failure("needs_model", why))


@contextmanager
def open_asker(settings: Settings, runtime: Runtime, responses: Path, embedded: Openers) -> Iterator[Asker]:
    """Yield an asker for the backend that the settings name; the answers used are in `responses` when all went well."""
    openers: dict[str, Callable[[], Backend]] = {
        "openai": lambda: open_server(settings.server, runtime),
        "transformers": lambda: open_local(settings, runtime),
        **embedded,
    }
    if settings.backend not in openers:
        raise ParamsError(
            f"params.yaml: backend: {settings.backend} is not for this stage; expected one of "
            f"{', '.join(sorted(openers))}"
        )
    model, revision = identity(settings)
    opened: AbstractContextManager[Ledger | None]
    opened = nullcontext() if settings.backend in embedded else Ledger(ledger_path(os.environ))
    with opened as ledger:
        payer = Payer(model, revision, openers[settings.backend], ledger, responses)
        asker = Asker(settings, payer)
        try:
            yield asker
        finally:  # above all where a gate stopped the stage
            if ledger is not None and asker.outcomes:
                write_json(unused_path(responses), asker.unused)
        payer.write_responses()


def identity(settings: Settings) -> tuple[str, str]:
    """Return model and revision as they stand in a request's key; a local folder is named by its files' content."""
    folder = Path(settings.model)
    if settings.backend not in ("transformers", "embedding"):
        return settings.model, settings.revision
    if folder.is_dir():
        digest = hashlib.sha256()
        for path in sorted(folder.iterdir()):
            if path.suffix in SHAPING and path.is_file():
                digest.update(f"{path.name}\x1f{file_hash(path)}\n".encode())
        return folder.resolve().name, digest.hexdigest()[:16]
    if not settings.revision:
        raise ParamsError(
            f"params.yaml: revision: {settings.model} is not a local folder, so it is a hub model and must be "
            "pinned: give the commit hash shown on its hub page, of a package its version, of a GGUF file its sha256"
        )
    return settings.model, settings.revision
