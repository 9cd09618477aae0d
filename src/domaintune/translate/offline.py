"""The offline teacher: a translation needs a model, so it declines."""

from collections.abc import Iterator, Sequence

from domaintune.core.paying.protocol import Failure, Reply, Request


class Declines:
    """Translates nothing, and says so of every request."""

    def ask(self, requests: Sequence[Request]) -> Iterator[tuple[Request, Reply | Failure]]:
        """Yield each request with the reason why there is no answer."""
        for request in requests:
            yield request, Failure("needs_model", "the offline teacher translates nothing; see `teacher`")
