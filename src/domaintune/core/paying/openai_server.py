"""Any OpenAI-compatible server: our requests and replies in the form of its chat completions API."""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from domaintune.core.paying.connection import Connection, connect, in_flight
from domaintune.core.paying.ledger import Ledger, ledger_path
from domaintune.core.paying.paying import Payer
from domaintune.core.paying.protocol import Backend, Failure, Reply, Request, storable
from domaintune.core.sections.arms import Endpoint
from domaintune.core.sections.models import Runtime
from domaintune.core.stage.progress import spend

if TYPE_CHECKING:
    from openai import AsyncOpenAI

ADVICE = "Check that base_url ends where /chat/completions begins (usually /v1) and that the server is well"
FINISHES = {"stop": "stop", "length": "length", "content_filter": "refused"}


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
                # a text that is too long, or was refused, or else a request that is wrong in itself
                code, message = str(error.code or ""), self.connection.clean(error.message)
                if code == "context_length_exceeded" or "context length" in message.lower():
                    return Failure("too_long", message)
                if code == "content_filter":
                    return Reply(message, "refused", 0, 0)
                raise self.connection.failure(
                    f"the server refused the request: {message}",
                    "If it names response_format, set json_schema: false; else check model and sampling parameters.",
                ) from None
            return read_reply(raw.content)

        reply: Reply | Failure = await self.connection.read(once, "a chat completion", ADVICE)
        price_in, price_out = self.connection.server.price_in, self.connection.server.price_out
        if isinstance(reply, Reply) and price_in is not None and price_out is not None:
            spend(money=(reply.prompt_tokens * price_in + reply.completion_tokens * price_out) / 1e6)
        return reply


def open_server(name: str, runtime: Runtime) -> Backend:
    """Return a server of `runtime.servers` as its `mode` says, with its key from the environment."""
    connection = connect(name, runtime, os.environ)
    if connection.server.mode == "live":
        return OpenaiServer(connection)
    from domaintune.core.paying.batch import BatchServer  # it reads and writes what this module does

    return BatchServer(connection)


def ask_endpoint(
    endpoint: Endpoint, requests: Mapping[str, Request], runtime: Runtime
) -> dict[str, Reply | Failure]:
    """Return a served arm's reply to each request, by the request's name; what the ledger has is not sent."""
    with Ledger(ledger_path(os.environ)) as ledger:
        opener = partial(open_server, endpoint.server, runtime)
        payer = Payer(endpoint.model, "", opener, ledger, Path(os.devnull, "-"))
        replies = payer.answers(list(requests.values()))
    return {name: replies[request.key] for name, request in requests.items()}


def request_body(request: Request) -> dict[str, Any]:
    """Return the JSON body of a request: what is in its key, and no more."""
    body: dict[str, Any] = {
        "model": request.model,
        "messages": [message._asdict() for message in request.messages],
        **request.sampling._asdict(),
    }
    if request.schema:
        schema = {"name": "answer", "strict": True, "schema": json.loads(request.schema)}
        body["response_format"] = {"type": "json_schema", "json_schema": schema}
    return body


def read_reply(content: bytes) -> Reply | str:
    """Return the reply in a response body, or what the body is instead."""
    try:
        body = json.loads(content)
        choice = body["choices"][0]
        message = choice["message"]
        finish = FINISHES.get(choice.get("finish_reason") or "stop", "stop")
        text = message.get("refusal") or message.get("content")
        if message.get("refusal"):
            finish = "refused"
        usage = body.get("usage") or {}
        tokens = int(usage.get("prompt_tokens") or 0), int(usage.get("completion_tokens") or 0)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        return f"{type(error).__name__} at {content[:120].decode(errors='replace')!r}"
    if text is None and finish == "refused":
        text = ""
    if not isinstance(text, str):
        return f"no text in {content[:120].decode(errors='replace')!r}"
    return Reply(storable(text), finish, *tokens)  # type: ignore[arg-type]  # finish is one of FINISHES' values
