"""An arm that a server answers for: asked through the ledger, so that an answer is paid for once."""

import os
from collections.abc import Sequence
from pathlib import Path

from domaintune.answer.questions import Answered, How, Prompted
from domaintune.core.paying.ledger import Ledger, ledger_path
from domaintune.core.paying.openai_server import open_server
from domaintune.core.paying.paying import Payer
from domaintune.core.paying.protocol import Failure, Message, Reply, Request, Sampling
from domaintune.core.records.answer import Answer
from domaintune.core.rendering.rendering import parts_of
from domaintune.core.sections.arms import Endpoint
from domaintune.core.sections.models import Decode


def answer_remotely(arm: str, endpoint: Endpoint, questions: Sequence[Prompted], how: How) -> Answered:
    """Ask the server each question once; what it answered before comes from the ledger.

    Raises:
        TeacherError: the server cannot be reached or keeps failing.
    """
    requests = requests_of(questions, endpoint, how.decode, how.seed)
    with Ledger(ledger_path(os.environ)) as ledger:
        payer = Payer(
            endpoint.model,
            "",
            lambda: open_server(endpoint.server, how.runtime, os.environ),
            ledger,
            Path(os.devnull, "-"),
        )
        replies = payer.answers(list(requests.values()))
    answers: list[Answer] = []
    lost: dict[str, tuple[str, str]] = {}
    for name, request in sorted(requests.items()):
        reply = replies[request.key]
        if isinstance(reply, Failure):
            lost[name] = (reply.reason, reply.detail)
        elif reply.finish == "refused":
            lost[name] = ("refused", reply.text)
        else:
            answers.append(_answer(arm, name, reply))
    return Answered(answers, lost)


def _answer(arm: str, name: str, reply: Reply) -> Answer:
    return Answer(
        arm=arm,
        question_id=name,
        text=reply.text.strip(),
        tokens=reply.completion_tokens,
        finished=reply.finish == "stop",
    )


def sampling_of(decode: Decode, seed: int) -> Sampling:
    """Return the sampling parameters of a request; temperature 0.0 is how the protocol says greedy."""
    if not decode.do_sample:
        return Sampling(temperature=0.0, top_p=1.0, max_tokens=decode.max_new_tokens, seed=0)
    return Sampling(decode.temperature, decode.top_p, decode.max_new_tokens, seed)


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
