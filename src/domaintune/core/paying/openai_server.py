"""Any OpenAI-compatible server: our requests and replies in the form of its chat completions API."""

import json
import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from domaintune.core.paying.connection import Connection, connect
from domaintune.core.paying.dialect import Amount
from domaintune.core.paying.flight import Flight
from domaintune.core.paying.ledger import Ledger, ledger_path
from domaintune.core.paying.paying import Payer
from domaintune.core.paying.posting import Response, Trouble
from domaintune.core.paying.protocol import Backend, Failure, Reply, Request, storable
from domaintune.core.paying.verdicts import Again, told, verdict_on
from domaintune.core.sections.arms import Endpoint
from domaintune.core.sections.models import Runtime
from domaintune.core.stage.errors import TeacherError
from domaintune.core.stage.progress import spend
from domaintune.science.text_structure import estimate_tokens

FINISHES = {"stop": "stop", "length": "length", "content_filter": "refused"}
MOST_TOKENS = 2**31 - 1
FORMS = ("json_schema", "json_object", "")
"""How a schema is sent; where a server refuses one form the next is tried, at last none."""
OF_FORMS = re.compile(r"response_format|json_schema|json_object|grammar|schema", re.IGNORECASE)
A_MESSAGE = 16
"""Tokens that a chat template adds to a message, at most."""


class OpenaiServer:
    """A server that completes chats; it is the dialect of its own flight."""

    path = "/chat/completions"

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._form, self._proved = 0, False
        self._sent: dict[Request, int] = {}
        """Form that a request with a schema was sent in, while it has no answer."""
        self._named: set[str] = set()

    def __repr__(self) -> str:
        return f"OpenaiServer({self.connection})"

    def ask(self, requests: Sequence[Request]) -> Iterator[tuple[Request, Reply | Failure]]:
        """Yield each request with its reply, as answers arrive."""
        yield from Flight(self.connection, self).run(requests)

    def headers(self) -> Mapping[str, str]:
        """Return the key's header."""
        key = self.connection.key
        return {"Authorization": f"Bearer {key}"} if key else {}

    def body(self, item: Request) -> bytes:
        """Return the JSON body of a request, its schema in the form that the server takes."""
        form = self._form if self._proved else self._sent.get(item, -1) + 1
        if item.schema:
            self._sent[item] = form
        return json.dumps(request_body(item, FORMS[form]), ensure_ascii=False).encode("utf-8", "replace")

    def verdict(self, item: Request, response: Response | Trouble) -> Reply | Again | Failure | TeacherError:
        """Return the reply, or what is to be done about a response that holds none."""
        if isinstance(response, Response) and self._refuses_form(item, response):
            return Again("server_error", "response_format is refused", free=True)
        found = verdict_on(self.connection, response)
        if not isinstance(found, Response):
            return found
        if found.status < 300:
            return self._answered(item, found.body)
        code, message = told(found.body)
        message = self.connection.clean(message)
        if code == "context_length_exceeded" or "context length" in message.lower():
            return Failure("too_long", message)
        if code == "content_filter":
            return Reply(message, "refused", 0, 0)
        return Failure("refused_request", f"{found.status}: {message}")

    def most(self, item: Request) -> Amount:
        """Return what a request takes at most: a token is a byte or more, and no answer is longer than asked for."""
        texts = [message.content for message in item.messages]
        estimate = sum(map(estimate_tokens, texts)) if self.connection.server.tokens_per_minute else 0
        if self.connection.server.budget_usd is None:
            return Amount(estimate + item.sampling.max_tokens, 0.0)
        read = sum(len(text.encode("utf-8", "replace")) + A_MESSAGE for text in [*texts, item.schema])
        return Amount(estimate + item.sampling.max_tokens, self._money(read, item.sampling.max_tokens))

    def taken(self, result: Reply) -> Amount:
        """Return what a reply took."""
        read, written = result.prompt_tokens, result.completion_tokens
        return Amount(read + written, self._money(read, written))

    def _money(self, read: int, written: int) -> float:
        server = self.connection.server
        if server.price_in is None or server.price_out is None:
            return 0.0
        return (read * server.price_in + written * server.price_out) / 1e6

    def _refuses_form(self, item: Request, response: Response) -> bool:
        """Tell whether another form of the schema is worth a try: the one known to be taken, or the next."""
        if not item.schema or self._sent[item] >= (self._form if self._proved else len(FORMS) - 1):
            return False
        words = told(response.body)[1]
        return response.status in (400, 422) or (response.status >= 500 and bool(OF_FORMS.search(words)))

    def _answered(self, item: Request, content: bytes) -> Reply | Again:
        reply = read_reply(content)
        if isinstance(reply, Again):
            return reply._replace(detail=self.connection.clean(reply.detail))
        if item.schema and not self._proved:
            self._form, self._proved = self._sent[item], True
            if self._form:
                form = FORMS[self._form] or "none: answers are read from what the model writes by itself"
                sys.stderr.write(
                    f"{self.connection.where()}: takes no response_format of type json_schema; used is {form}.\n"
                )
        other = other_model(item.model, reply.model)
        if other not in ("", *self._named):
            self._named.add(other)
            sys.stderr.write(
                f"{self.connection.where()}: asked for {item.model}, {other} answers, it says; the replies record it.\n"
            )
        if took := self.taken(reply).money:
            spend(money=took)
        return reply._replace(text=self.connection.masked(reply.text), model=other)


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


def request_body(request: Request, form: str = FORMS[0]) -> dict[str, Any]:
    """Return the JSON body of a request: what is in its key, and no more."""
    body: dict[str, Any] = {
        "model": request.model,
        "messages": [message._asdict() for message in request.messages],
        **request.sampling._asdict(),
    }
    if request.schema and form:
        schema = json.loads(request.schema)
        told_schema = {"name": "answer", "strict": True, "schema": schema} if form == FORMS[0] else schema
        body["response_format"] = {"type": form, "json_schema" if form == FORMS[0] else "schema": told_schema}
    return body


def read_reply(content: bytes) -> Reply | Again:
    """Return the reply in a response body; `model` is what the server calls itself."""
    shown = repr(content[:120].decode(errors="replace"))
    try:
        body = json.loads(content)
        choice = body["choices"][0]
        message = choice["message"]
        finish = FINISHES.get(choice.get("finish_reason") or "stop", "stop")
        text = message.get("refusal") or message.get("content")
        if message.get("refusal"):
            finish = "refused"
        usage = body.get("usage") or {}
        tokens = _tokens(usage.get("prompt_tokens")), _tokens(usage.get("completion_tokens"))
        model = body.get("model")
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        return Again("server_error", f"expected a chat completion, got {type(error).__name__} at {shown}")
    if text is None and finish == "refused":
        text = ""
    if not isinstance(text, str):
        return Again("no_text", f"expected a chat completion with a text, got none at {shown}")
    named = storable(model) if isinstance(model, str) else ""
    return Reply(storable(text), finish, *tokens, named)  # type: ignore[arg-type]  # finish is one of FINISHES' values


def _tokens(value: Any) -> int:
    """Return a number of tokens as a table can hold it, whatever the server says."""
    if not isinstance(value, int | float) or not value > 0:
        return 0
    return int(min(value, MOST_TOKENS))


def other_model(asked: str, said: str) -> str:
    """Return a server's name for a model, or "" where it is the asked one, a dated version of it, or a path to it."""
    same = said.startswith(asked) or asked.endswith(said) or said.endswith(asked)
    return "" if same else said
