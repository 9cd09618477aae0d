"""Any OpenAI-compatible server. Requests run concurrently inside; answers come out one by one as they arrive."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from domaintune.core.paying.connection import Connection, connect
from domaintune.core.paying.in_flight import in_flight
from domaintune.core.paying.openai_wire import read_reply, request_body
from domaintune.core.paying.protocol import Failure, Reply, Request
from domaintune.core.sections.models import Runtime

if TYPE_CHECKING:
    from openai import AsyncOpenAI

ADVICE = "Check that base_url ends where /chat/completions begins (usually /v1) and that the server is well"


class OpenaiServer(NamedTuple):
    """A server that completes chats."""

    connection: Connection

    def ask(self, requests: Sequence[Request]) -> Iterator[tuple[Request, Reply | Failure]]:
        """Yield each request with its reply; at most `runtime.concurrency` are in flight."""
        connection = self.connection
        yield from in_flight(requests, connection.client, self._answer, connection.runtime.concurrency)

    async def _answer(self, client: "AsyncOpenAI", request: Request) -> Reply | Failure:
        import openai

        async def once() -> Reply | Failure | str:
            try:
                raw = await client.chat.completions.with_raw_response.create(**request_body(request))
            except (openai.BadRequestError, openai.UnprocessableEntityError) as error:
                return self._bad_request(error)
            return read_reply(raw.content)

        return await self.connection.read(once, "a chat completion", ADVICE)

    def _bad_request(self, error: Any) -> Reply | Failure:
        """Tell a text that is too long, or was refused, from a request that is wrong in itself."""
        code, message = str(error.code or ""), self.connection.clean(error.message)
        if code == "context_length_exceeded" or "context length" in message.lower():
            return Failure("too_long", message)
        if code == "content_filter":
            return Reply(message, "refused", 0, 0)
        raise self.connection.failure(
            f"the server refused the request: {message}",
            "If it names response_format, set json_schema: false; otherwise check model and sampling parameters.",
        ) from None


def open_server(name: str, runtime: Runtime, environment: Mapping[str, str]) -> OpenaiServer:
    """Return a server by its name in `runtime.servers`, with its key from the environment.

    Raises:
        ParamsError: no such server.
        TeacherError: the key is not in the environment, or cannot be a key; nothing was sent.
    """
    return OpenaiServer(connect(name, runtime, environment))
