"""Opening the asker that the settings name. The one place where a backend's name meets its code.

Embedded backends are handed in by their stage, so that a comment in one of them reruns that stage alone.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from domaintune.core.paying.ledger import Ledger, ledger_path
from domaintune.core.paying.paying import Payer
from domaintune.core.paying.protocol import Failure, Reply, Request, Teacher
from domaintune.core.sections.models import Runtime
from domaintune.core.sections.models import Teacher as Settings
from domaintune.core.stage.errors import ParamsError
from domaintune.core.teacher.asking import Asker
from domaintune.core.teacher.identity import identity

Embedded = Mapping[str, Callable[[], Teacher]]


class Declines:
    """An embedded backend for what needs a model: it declines whatever it is asked."""

    def __init__(self, why: str) -> None:
        self._failure = Failure("needs_model", why)

    def ask(self, requests: Sequence[Request]) -> Iterator[tuple[Request, Reply | Failure]]:
        """Yield each request with the reason why there is no answer."""
        for request in requests:
            yield request, self._failure


@contextmanager
def open_asker(settings: Settings, runtime: Runtime, responses: Path, embedded: Embedded) -> Iterator[Asker]:
    """Yield an asker for the backend that the settings name.

    Raises:
        ParamsError: this stage has no such backend.
        InputError: `responses` is damaged.
        LedgerError: the ledger cannot be used.
    """
    openers: dict[str, Callable[[], Teacher]] = {
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


def _openai(settings: Settings, runtime: Runtime) -> Teacher:
    from domaintune.core.paying.openai_backend import open_server

    return open_server(settings.server, runtime, os.environ)


def _transformers(settings: Settings, runtime: Runtime) -> Teacher:
    from domaintune.core.teacher.transformers_backend import LocalModel

    return LocalModel(settings, runtime)
