"""An arm that a server answers for: asked through the ledger, so an answer is paid for once."""

import os
from collections.abc import Sequence
from pathlib import Path

from domaintune.answer.prompted import Answered, Prompted
from domaintune.core.paying.ledger import Ledger, ledger_path
from domaintune.core.paying.openai_backend import open_server
from domaintune.core.paying.paying import Payer
from domaintune.core.paying.protocol import Failure, Message, Reply, Request, Sampling
from domaintune.core.records.answer import Answer
from domaintune.core.sections.arms import Endpoint
from domaintune.core.sections.decode import Decode
from domaintune.core.sections.runtime import Runtime
from domaintune.core.stage.errors import ParamsError


def answer_remotely(
    arm: str, endpoint: Endpoint, questions: Sequence[Prompted], decode: Decode, runtime: Runtime
) -> Answered:
    """Ask the server each question once, greedily; what it answered before comes from the ledger.

    Raises:
        ParamsError: a repetition penalty, which the protocol does not have.
        TeacherError: the server cannot be reached or keeps failing.
    """
    if decode.repetition_penalty != 1.0:
        raise ParamsError(
            f"params.yaml: decode.repetition_penalty: {decode.repetition_penalty} cannot be asked of a "
            "server; "
            "arms are compared under one decoding, so set it to 1.0 while an arm has an endpoint."
        )
    requests = {one.id: _request(one, endpoint, decode) for one in questions}
    with Ledger(ledger_path(os.environ)) as ledger:
        payer = Payer(
            endpoint.model,
            "",
            lambda: open_server(endpoint.server, runtime, os.environ),
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


def _request(one: Prompted, endpoint: Endpoint, decode: Decode) -> Request:
    system = (Message("system", one.instruction),) if one.instruction else ()
    return Request(
        provider=endpoint.provider,
        model=endpoint.model,
        revision="",
        messages=(*system, Message("user", one.input)),
        sampling=Sampling(temperature=0.0, top_p=1.0, max_tokens=decode.max_new_tokens, seed=0),
        schema="",
        attempt=0,
    )


def _answer(arm: str, name: str, reply: Reply) -> Answer:
    return Answer(
        arm=arm,
        question_id=name,
        text=reply.text.strip(),
        tokens=reply.completion_tokens,
        finished=reply.finish == "stop",
    )
