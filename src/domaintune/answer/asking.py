"""The request behind a served arm's answer: one function for sending it and for filing an answer under it."""

from collections.abc import Sequence

from domaintune.answer.decoding import sampling_of
from domaintune.answer.prompted import Prompted
from domaintune.core.paying.protocol import Message, Request
from domaintune.core.rendering.rendering import parts_of
from domaintune.core.sections.arms import Endpoint
from domaintune.core.sections.decode import Decode


def requests_of(
    questions: Sequence[Prompted], endpoint: Endpoint, decode: Decode, seed: int
) -> dict[str, Request]:
    """Return each question's request by the question's id."""
    return {one.id: request_of(one, endpoint, decode, seed) for one in questions}


def request_of(one: Prompted, endpoint: Endpoint, decode: Decode, seed: int) -> Request:
    """Return the request, with system text and user's words as a chat template has them.

    A served arm was not trained on grades here: it is told no quality.
    """
    parts = parts_of(one.instruction, one.input, "")
    system = (Message("system", parts.instruction),) if parts.instruction else ()
    return Request(
        provider=endpoint.provider,
        model=endpoint.model,
        revision="",
        messages=(*system, *(Message(role, text) for role, text in one.said(parts.user))),
        sampling=sampling_of(decode, seed),
        schema="",
        attempt=0,
    )
