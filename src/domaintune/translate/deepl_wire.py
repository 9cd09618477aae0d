"""Our requests and replies in the form of DeepL's translation API.

One request of ours, as the ledger keeps it, is one text; many of them share a request over the wire, because the server
translates each by itself. Source: DeepL's API reference, POST /v2/translate.
"""

import json
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from domaintune.core.paying.protocol import Message, Reply, Request, Sampling, storable
from domaintune.core.stage.files import to_json
from domaintune.science.token_estimate import estimate_tokens
from domaintune.translate.params import Endpoint

MAX_TEXTS = 50
MAX_BYTES = 128 * 1024
"""Most texts and bytes of one request over the wire."""
TARGETS = {"en": "EN-US"}
"""Language → its name as a target, where that is not the code: `EN` alone is deprecated there."""
NO_SAMPLING = Sampling(0.0, 1.0, 0, 0)
"""Requests have such values; a translator knows none, so that they say nothing in its keys."""


def request_for(text: str, source: str, to: str, endpoint: Endpoint, *, tagged: bool) -> Request:
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
