"""Our requests and replies in the form of the OpenAI chat completions API."""

import json
from typing import Any

from domaintune.core.paying.protocol import Reply, Request, storable

FINISHES = {"stop": "stop", "length": "length", "content_filter": "refused"}


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
