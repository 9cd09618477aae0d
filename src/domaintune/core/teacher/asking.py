"""Asking a teacher or judge for JSON: the ledger first, then the backend, then the repair ladder.

A stage opens an asker, asks, writes its rows, and writes the answers it used:

    with open_asker(settings, runtime, responses, {"extractive": Extractive}) as asker:
        asked = asker.ask_json(prompts, schema)
        ...
        asker.write_responses()

Embedded backends are handed in by their stage, so that a comment in one of them reruns that stage alone.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, NamedTuple

from domaintune.core.errors import ParamsError
from domaintune.core.files import to_json
from domaintune.core.ledger import Ledger
from domaintune.core.repair import Check, accept_all, read_answer
from domaintune.core.sections.runtime import Runtime
from domaintune.core.sections.teacher import Teacher as Settings
from domaintune.core.teacher.protocol import Failure, Message, Reply, Request, Sampling, Teacher
from domaintune.core.teacher.responses import read_responses, write_responses

Outcome = Literal["parsed", "repaired", "reasked", "unparsed", "refused", "needs_model", "too_long"]
Embedded = Mapping[str, Callable[[], Teacher]]


class Prompt(NamedTuple):
    """What is asked. `id` is the caller's own name for it, unique in one call."""

    id: str
    messages: tuple[Message, ...]
    material: Mapping[str, Any] | None = None
    """The facts behind the messages. An embedded backend gets this as JSON in one user message instead of them."""


class Asked(NamedTuple):
    """What came of a prompt. `value` is None unless the outcome is parsed, repaired or reasked."""

    id: str
    value: Any | None
    outcome: Outcome
    detail: str
    request_id: str
    """Key of the request whose answer was used, or of the last one tried."""


class Asker:
    """Climbs the ladder strict JSON → local repair → one re-ask with the schema → unparsed, and pays once."""

    def __init__(
        self, settings: Settings, open_backend: Callable[[], Teacher], ledger: Ledger | None, responses: Path
    ) -> None:
        """Hold the answers of `responses`; without a ledger (embedded backends) every answer is made anew."""
        self._settings, self._open_backend, self._ledger = settings, open_backend, ledger
        self._path = responses
        self._pinned = read_responses(responses) if ledger and responses.exists() else {}
        self._used: dict[str, tuple[Request, Reply]] = {}
        self.outcomes: Counter[str] = Counter()
        self.sent = 0
        """Requests sent by this run: for the log, never for the books."""

    def ask_json(
        self, prompts: Sequence[Prompt], schema: Mapping[str, Any], check: Check = accept_all
    ) -> list[Asked]:
        """Return one result a prompt, in prompt order. `check` names what is wrong with a schema-valid value.

        Raises:
            TeacherError: the backend cannot answer; what was answered before is in the ledger.
        """
        raise NotImplementedError

    def books(self) -> dict[str, int]:
        """Return outcome counts and tokens of the answers used, for the accounts' extras."""
        raise NotImplementedError

    def write_responses(self) -> None:
        """Rewrite the responses file with exactly the answers used."""
        raise NotImplementedError


@contextmanager
def open_asker(settings: Settings, runtime: Runtime, responses: Path, embedded: Embedded) -> Iterator[Asker]:
    """Yield an asker for the backend that the settings name.

    Raises:
        ParamsError: this stage has no such backend.
    """
    raise NotImplementedError
    yield
