"""A server that speaks DeepL's HTTP protocol: texts in, their translations out, in the same order.

403 is a wrong key and 456 a quota that is used up: both stop the run. 429 and 5xx pass. Source: DeepL's API reference,
error handling, and POST /v2/translate.

One request of ours, as the ledger keeps it, is one text; many of them share a request over the wire, because the server
translates each by itself.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from domaintune.core.paying.connection import Connection, in_flight
from domaintune.core.paying.protocol import Failure, Message, Reply, Request, Sampling, storable
from domaintune.core.stage.files import to_json
from domaintune.science.text_structure import estimate_tokens
from domaintune.translate.params import TranslationEndpoint

if TYPE_CHECKING:
    from openai import AsyncOpenAI

QUOTA, TOO_LARGE = 456, 413
ADVICE = "Check that base_url ends where /v2/translate begins and that the server is well"

MAX_TEXTS = 50
MAX_BYTES = 128 * 1024
"""Most texts and bytes of one request over the wire."""
TARGETS = {"en": "EN-US"}
"""Language → its name as a target, where that is not the code: `EN` alone is deprecated there."""
NO_SAMPLING = Sampling(0.0, 1.0, 0, 0)
"""Requests have such values; a translator knows none, so that they say nothing in its keys."""


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
            what = f"its quota is used up (456: {message})"
            advice = "Wait for the next period, or raise the limit in your account with the provider."
        elif status == TOO_LARGE:
            what = f"refused a request as too large (413: {message})"
            advice = "Lower translate.max_tokens_a_request."
        elif 400 <= status < 500 and status not in (401, 403, 404, 408, 409, 429):
            what = f"the server refused the request ({status}: {message})"
            advice = "Check translate.endpoint: model and tag_handling must be known to this server."
        else:
            return
        raise self.connection.failure(what, advice) from None


def request_for(text: str, source: str, to: str, endpoint: TranslationEndpoint, *, tagged: bool) -> Request:
    """Return the request for one text: what the server is sent beside the texts stands in the first message."""
    options = {"source_lang": source.upper(), "target_lang": TARGETS.get(to, to.upper())}
    options |= {"model_type": endpoint.model} if endpoint.model else {}
    options |= {"tag_handling": "xml"} if tagged else {}
    messages = (Message("system", to_json(options, indent=None)), Message("user", text))
    return Request(endpoint.provider, endpoint.model, "", messages, NO_SAMPLING, "", 0)


def batched(requests: Sequence[Request], max_tokens: int) -> list[list[Request]]:
    """Put texts with the same options together, in the given order, within all three limits."""
    same: dict[str, list[Request]] = defaultdict(list)
    for request in requests:
        same[request.messages[0].content].append(request)
    return [batch for group in same.values() for batch in _cut(group, max_tokens)]


def _cut(requests: Sequence[Request], max_tokens: int) -> list[list[Request]]:
    batches: list[list[Request]] = []
    tokens = size = 0
    for request in requests:
        more, larger = estimate_tokens(request.messages[1].content), size_of([request])
        full = not batches or len(batches[-1]) == MAX_TEXTS
        if full or tokens + more > max_tokens or size + larger > MAX_BYTES:
            batches.append([])
            tokens = size = 0
        batches[-1].append(request)
        tokens, size = tokens + more, size + larger
    return batches


def read_translations(content: bytes, texts: int) -> list[Reply] | str:
    """Return the translations in a response body, or what the body is instead."""
    shown = repr(content[:120].decode(errors="replace"))
    try:
        found = [one["text"] for one in json.loads(content)["translations"]]
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        return f"{type(error).__name__} at {shown}"
    if len(found) != texts:
        return f"{len(found)} at {shown}"
    if not all(isinstance(text, str) for text in found):
        return f"a translation that is no text at {shown}"
    return [Reply(storable(text), "stop", 0, 0) for text in found]


def request_body(batch: Sequence[Request]) -> dict[str, Any]:
    """Return the JSON body of texts with the same options."""
    options: dict[str, Any] = json.loads(batch[0].messages[0].content)
    return options | {"text": [request.messages[1].content for request in batch]}


def size_of(batch: Sequence[Request]) -> int:
    """Return the bytes of a request; not less than the client writes."""
    return len(to_json(request_body(batch), indent=None).encode())
