"""An arm that a server answers for: asked through the ledger, so an answer is paid for once."""

import os
from collections.abc import Sequence
from pathlib import Path

from domaintune.answer.asking import requests_of
from domaintune.answer.prompted import Answered, How, Prompted
from domaintune.core.paying.ledger import Ledger, ledger_path
from domaintune.core.paying.openai_backend import open_server
from domaintune.core.paying.paying import Payer
from domaintune.core.paying.protocol import Failure, Reply
from domaintune.core.records.answer import Answer
from domaintune.core.sections.arms import Endpoint


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
