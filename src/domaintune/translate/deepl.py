"""A server that speaks DeepL's HTTP protocol: texts in, their translations out, in the same order.

456 is a quota that is used up, which stops the run. Source: DeepL's API reference, error handling, and POST
/v2/translate.

One request of ours, as the ledger keeps it, is one text; many of them share a request over the wire, because the server
translates each by itself.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from domaintune.core.paying.connection import Connection
from domaintune.core.paying.dialect import Amount
from domaintune.core.paying.flight import Flight
from domaintune.core.paying.posting import Response, Trouble
from domaintune.core.paying.protocol import Failure, Message, Reply, Request, Sampling, storable
from domaintune.core.paying.verdicts import Again, told, verdict_on
from domaintune.core.stage.errors import TeacherError
from domaintune.core.stage.files import to_json
from domaintune.science.text_structure import estimate_tokens
from domaintune.translate.params import TranslationEndpoint

QUOTA = 456

MAX_TEXTS = 50
MAX_BYTES = 128 * 1024
"""Most texts and bytes of one request over the wire."""
TARGETS = {"en": "EN-US"}
"""Language → its name as a target, where that is not the code: `EN` alone is deprecated there."""
NO_SAMPLING = Sampling(0.0, 1.0, 0, 0)
"""Requests have such values; a translator knows none, so that they say nothing in its keys."""


class DeeplServer:
    """A server that speaks the protocol; it is the dialect of its own flight."""

    path = "/v2/translate"

    def __init__(self, connection: Connection, max_tokens: int) -> None:
        """Take the server, and the estimated tokens of the texts that share a request over the wire."""
        self.connection, self.max_tokens = connection, max_tokens

    def ask(self, requests: Sequence[Request]) -> Iterator[tuple[Request, Reply | Failure]]:
        """Yield each text with its translation; those of a request that was refused are sent again, each alone."""
        fitting = []
        for request in requests:
            if (size := size_of([request])) > MAX_BYTES:
                yield request, Failure("too_long", f"{size} bytes, the endpoint takes {MAX_BYTES} a request")
            else:
                fitting.append(request)
        alone: list[list[Request]] = []
        for batch, replies in Flight(self.connection, self).run(batched(fitting, self.max_tokens)):
            if not isinstance(replies, Failure):
                yield from zip(batch, replies, strict=True)
            elif len(batch) > 1 and replies.reason == "refused_request":
                alone += [[request] for request in batch]
            else:
                yield from ((request, replies) for request in batch)
        for batch, replies in Flight(self.connection, self).run(alone):
            yield batch[0], replies if isinstance(replies, Failure) else replies[0]

    def headers(self) -> Mapping[str, str]:
        """Return the key's header."""
        return {"Authorization": f"DeepL-Auth-Key {self.connection.key}"}

    def body(self, item: Sequence[Request]) -> bytes:
        """Return the JSON body of texts with the same options."""
        return to_json(request_body(item), indent=None).encode()

    def verdict(
        self, item: Sequence[Request], response: Response | Trouble
    ) -> list[Reply] | Again | Failure | TeacherError:
        """Return the translations, or what is to be done about a response that holds none."""
        found = verdict_on(self.connection, response)
        if not isinstance(found, Response):
            return found
        if found.status < 300:
            read = read_translations(found.body, len(item))
            return Again("server_error", self.connection.clean(read)) if isinstance(read, str) else read
        message = self.connection.clean(told(found.body)[1])
        if found.status == QUOTA:
            return self.connection.failure(
                f"its quota is used up (456: {message})",
                "Wait for the next period, or raise the limit in your account with the provider.",
            )
        return Failure("refused_request", f"{found.status}: {message}")

    def most(self, item: Sequence[Request]) -> Amount:  # noqa: ARG002
        """Return nothing: it bills letters, which no budget counts."""
        return Amount(0.0, 0.0)

    def taken(self, result: list[Reply]) -> Amount:  # noqa: ARG002
        """Return nothing, too."""
        return Amount(0.0, 0.0)


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
    shown, expected = repr(content[:120].decode(errors="replace")), f"expected {texts} translations, got"
    try:
        found = [one["text"] for one in json.loads(content)["translations"]]
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        return f"{expected} {type(error).__name__} at {shown}"
    if len(found) != texts:
        return f"{expected} {len(found)} at {shown}"
    if not all(isinstance(text, str) for text in found):
        return f"{expected} a translation that is no text at {shown}"
    return [Reply(storable(text), "stop", 0, 0) for text in found]


def request_body(batch: Sequence[Request]) -> dict[str, Any]:
    """Return the JSON body of texts with the same options."""
    options: dict[str, Any] = json.loads(batch[0].messages[0].content)
    return options | {"text": [request.messages[1].content for request in batch]}


def size_of(batch: Sequence[Request]) -> int:
    """Return the bytes of a request; not less than the client writes."""
    return len(to_json(request_body(batch), indent=None).encode())
