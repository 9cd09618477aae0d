"""Counting what a stage would ask for, with nothing sent: `domaintune estimate`."""

import time
from collections.abc import Collection, Sequence
from contextvars import ContextVar
from typing import TYPE_CHECKING

from domaintune.core.paying.protocol import Failure, Reply, Request

if TYPE_CHECKING:
    from domaintune.core.paying.paying import Payer

NOT_ASKED = Failure("needs_model", "it was only counted")


class Counting:
    """Stands in for a payer's asking: gives the answers that are there, and notes the requests that would be sent."""

    def __init__(self, pilot: Collection[str] = ()) -> None:
        """`pilot`: keys of requests that are sent all the same."""
        self._pilot, self.seconds = pilot, 0.0
        self.missing: dict[str, Request] = {}
        self.used: dict[str, tuple[Request, Reply]] = {}

    def answers(self, payer: "Payer", requests: Sequence[Request]) -> dict[str, Reply | Failure]:
        """Return an answer or a failure to each request by key; add the seconds that the pilot took."""
        wanted = {request.key: request for request in requests}
        found: dict[str, Reply | Failure] = {}
        if sent := [wanted[key] for key in wanted if key in self._pilot]:
            begun = time.monotonic()
            COUNTING.set(None)
            found = payer.answers(sent)
            COUNTING.set(self)
            self.seconds += time.monotonic() - begun
        for key, request in wanted.items():
            if (paid := payer.known(request)) is not None:
                self.used[key] = payer.used[key] = paid
                found[key] = paid[1]
            elif key not in found:
                self.missing[key], found[key] = request, NOT_ASKED
        return found


COUNTING: ContextVar[Counting | None] = ContextVar("COUNTING", default=None)
