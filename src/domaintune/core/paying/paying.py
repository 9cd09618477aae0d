"""Getting answers at the lowest price: the responses file, then the ledger, then the backend."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from domaintune.core.paying.ledger import Ledger
from domaintune.core.paying.protocol import Failure, Reply, Request, Teacher
from domaintune.core.paying.responses import read_responses, write_responses
from domaintune.core.stage.running import STATE

POLL_S = 0.2
"""Between two looks at answers that another run is being given."""


class Payer:
    """Answers requests and remembers which answers were used."""

    def __init__(
        self,
        model: str,
        revision: str,
        open_backend: Callable[[], Teacher],
        ledger: Ledger | None,
        responses: Path,
    ) -> None:
        """Read `responses`. Without a ledger (embedded backends) every answer is made anew.

        An embedded answer costs nothing; keeping it could only make it stale when the backend's code changes.
        The backend is opened when something must be sent: who has all answers needs neither key nor server.
        """
        self.model, self.revision = model, revision
        self._open_backend, self._ledger, self._responses = open_backend, ledger, responses
        self._spare = STATE / "responses" / "-".join(responses.parts[-2:])
        self._backend: Teacher | None = None
        self._project: dict[str, tuple[Request, Reply]] = {}
        self.used: dict[str, tuple[Request, Reply]] = {}
        self.sent = 0
        for path in (self._spare, responses):
            if ledger is not None and path.exists():
                self._project |= read_responses(path)

    @property
    def embedded(self) -> bool:
        """Return whether answers are computed here, for nothing."""
        return self._ledger is None

    def answers(self, requests: Sequence[Request]) -> dict[str, Reply | Failure]:
        """Return the answer to each request by key; those that came with the project enter the ledger as they are used.

        Raises:
            TeacherError: the backend cannot answer.
        """
        found: dict[str, Reply | Failure] = {}
        missing = {request.key: request for request in requests}
        if self._ledger is not None and self._project:
            self._ledger.import_answers(self._project[key] for key in missing if key in self._project)
        while missing:
            for key in list(missing):
                if (reply := self._known(key)) is not None:
                    found[key] = reply
                    self.used[key] = (missing.pop(key), reply)
            mine = list(missing) if self._ledger is None else self._ledger.claim(list(missing))
            if mine:
                found |= self._ask([missing.pop(key) for key in mine])
            elif missing:
                time.sleep(POLL_S)
        return found

    def write_responses(self) -> None:
        """Rewrite the responses file with exactly the answers used.

        Answers that came with the project and that nothing asked for are foreign to this machine's ledger; they stay
        in the project's own folder, so that a prompt that is changed back costs nothing.
        """
        if self._ledger is not None:
            known, unused = self._ledger.get, self._project.keys() - self.used.keys()
            spare = [self._project[key] for key in unused if known(key) != self._project[key][1]]
            if spare or self._spare.exists():
                write_responses(self._spare, spare)
        write_responses(self._responses, self.used.values())

    def _known(self, key: str) -> Reply | None:
        """Look an answer up. The project's own file comes first: its rows were made from that answer."""
        if key in self._project:
            return self._project[key][1]
        return None if self._ledger is None else self._ledger.get(key)

    def _ask(self, requests: Sequence[Request]) -> dict[str, Reply | Failure]:
        if self._backend is None:
            self._backend = self._open_backend()
        found: dict[str, Reply | Failure] = {}
        self.sent += len(requests)
        for request, reply in self._backend.ask(requests):
            if isinstance(reply, Reply):
                kept = reply if self._ledger is None else self._ledger.put(request, reply)
                self.used[request.key] = (request, kept)
                found[request.key] = kept
            else:
                found[request.key] = reply
        assert len(found) == len(requests), "a backend answers every request once"
        return found
