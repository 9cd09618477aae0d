"""A server that speaks DeepL's HTTP protocol: texts in, their translations out, in the same order.

403 is a wrong key and 456 a quota that is used up: both stop the run. 429 and 5xx pass. Source: DeepL's API reference,
error handling.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from domaintune.core.paying.connection import Connection, connect
from domaintune.core.paying.in_flight import in_flight
from domaintune.core.paying.protocol import Failure, Reply, Request
from domaintune.core.sections.runtime import Runtime
from domaintune.translate.deepl_wire import MAX_BYTES, batched, read_translations, request_body, size_of
from domaintune.translate.params import Endpoint

if TYPE_CHECKING:
    from openai import AsyncOpenAI

QUOTA, TOO_LARGE = 456, 413
ADVICE = "Check that base_url ends where /v2/translate begins and that the server is well"


class DeeplServer(NamedTuple):
    """A server that speaks the protocol."""

    connection: Connection
    max_tokens: int
    """Estimated tokens of the texts that share a request over the wire."""

    def ask(self, requests: Sequence[Request]) -> Iterator[tuple[Request, Reply | Failure]]:
        """Yield each text with its translation; at most `runtime.concurrency` requests are in flight."""
        fitting = []
        for request in requests:
            if (size := size_of([request])) > MAX_BYTES:
                yield request, Failure("too_long", f"{size} bytes, the endpoint takes {MAX_BYTES} a request")
            else:
                fitting.append(request)
        most, batches = self.connection.runtime.concurrency, batched(fitting, self.max_tokens)
        for batch, replies in in_flight(batches, self._client, self._answer, most):
            yield from zip(batch, replies, strict=True)

    def _client(self) -> "AsyncOpenAI":
        client = self.connection.client({"Authorization": f"DeepL-Auth-Key {self.connection.key}"})
        client.organization = client.project = None  # from the environment, and nothing to another provider
        return client

    async def _answer(self, client: "AsyncOpenAI", batch: Sequence[Request]) -> list[Reply]:
        import openai

        async def once() -> list[Reply] | str:
            try:
                content = await client.post("/v2/translate", cast_to=bytes, body=request_body(batch))
            except openai.APIStatusError as error:
                self._stop_at(error)
                raise
            return read_translations(content, len(batch))

        return await self.connection.read(once, f"{len(batch)} translations", ADVICE)

    def _stop_at(self, error: Any) -> None:
        """Raise what the protocol says of a status; the others are as everywhere."""
        status, message = error.status_code, self.connection.clean(error.message)
        if status == QUOTA:
            raise self.connection.failure(
                f"its quota is used up (456: {message})",
                "Wait for the next period, or raise the limit in your account with the provider.",
            ) from None
        if status == TOO_LARGE:
            raise self.connection.failure(
                f"refused a request as too large (413: {message})",
                "Lower translate.max_tokens_a_request.",
            ) from None
        if 400 <= status < 500 and status not in (401, 403, 404, 408, 409, 429):
            raise self.connection.failure(
                f"the server refused the request ({status}: {message})",
                "Check translate.endpoint: model and tag_handling must be known to this server.",
            ) from None


def open_deepl(
    endpoint: Endpoint, max_tokens: int, runtime: Runtime, environment: Mapping[str, str]
) -> DeeplServer:
    """Return the endpoint's server, with its key from the environment.

    Raises:
        ParamsError: no such server.
        TeacherError: the key is not in the environment, or cannot be a key; nothing was sent.
    """
    return DeeplServer(connect(endpoint.server, runtime, environment), max_tokens)
