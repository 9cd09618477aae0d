"""An arm that a server answers for: it can be asked, but tells no likelihoods."""

import os
from collections.abc import Mapping
from pathlib import Path

from domaintune.benchmark.plain import put_plain
from domaintune.benchmark.prompts import example_answer, question_text
from domaintune.benchmark.reading import Read, read
from domaintune.benchmark.selecting import Selected, Selection, listed, rejects_of
from domaintune.benchmark.stage import Scored
from domaintune.core.benchmark_spec import BenchmarkSpec
from domaintune.core.paying.ledger import Ledger, ledger_path
from domaintune.core.paying.openai_server import open_server
from domaintune.core.paying.paying import Payer
from domaintune.core.paying.protocol import Failure, Message, Reply, Request, Sampling
from domaintune.core.records.answer import BenchmarkItem
from domaintune.core.records.question import Question
from domaintune.core.sections.arms import Endpoint
from domaintune.core.sections.evaluation import LocalBenchmark, Method, NamedBenchmark
from domaintune.core.sections.models import Decode, Runtime
from domaintune.core.stage.accounting import Reject

NEEDS_WEIGHTS = "needs_weights"
DETAIL = "the arm is a served model, which does not tell how likely a given text is"


class RemoteArm:
    """Asks each question once, greedily; what was answered before comes from the ledger, unpaid."""

    def __init__(self, name: str, endpoint: Endpoint, decode: Decode, runtime: Runtime) -> None:
        self.name, self.endpoint, self.decode, self.runtime = name, endpoint, decode, runtime

    def score_local(
        self, key: str, benchmark: LocalBenchmark, selection: Selection, spec: BenchmarkSpec
    ) -> list[Scored]:
        """Score with generation; likelihood is declined.

        Raises:
            TeacherError: the server cannot be reached or keeps failing.
        """
        return [self._score(key, benchmark, method, selection, spec) for method in benchmark.methods]

    def score_named(self, key: str, benchmark: NamedBenchmark) -> list[Scored]:
        """Decline: which questions a task has is known only where it is run, so a task is one row."""
        rejects = [
            Reject.of("benchmark", f"{key}:{task}", NEEDS_WEIGHTS, DETAIL, task) for task in benchmark.tasks
        ]
        return [Scored(key, "lm_eval", len(rejects), [], rejects, other_ids=0)]

    def close(self) -> None:
        """Nothing is open."""

    def _score(
        self, key: str, benchmark: LocalBenchmark, method: Method, selection: Selection, spec: BenchmarkSpec
    ) -> Scored:
        lost = list(selection.lost)
        items: list[BenchmarkItem] = []
        if method != "generation":
            lost += [(_asked(one), NEEDS_WEIGHTS, DETAIL) for one in selection.chosen]
        else:
            arm = benchmark.prompt == "arm"
            replies = self._ask(
                {one.name: self._request(messages_of(one, spec, arm=arm)) for one in selection.chosen}
            )
            for one in selection.chosen:
                reply = replies[one.name]
                if isinstance(reply, Failure):
                    lost.append((_asked(one), reply.reason, reply.detail))
                else:
                    items.append(self._item(key, one, reply))
        rejects = rejects_of(lost, key, method)
        return Scored(key, method, len(items) + len(rejects), items, rejects, other_ids=0)

    def _ask(self, requests: Mapping[str, Request]) -> dict[str, Reply | Failure]:
        with Ledger(ledger_path(os.environ)) as ledger:
            payer = Payer(
                self.endpoint.model,
                "",
                lambda: open_server(self.endpoint.server, self.runtime, os.environ),
                ledger,
                Path(os.devnull, "-"),
            )
            replies = payer.answers(list(requests.values()))
        return {name: replies[request.key] for name, request in requests.items()}

    def _request(self, messages: tuple[Message, ...]) -> Request:
        return Request(
            provider=self.endpoint.provider,
            model=self.endpoint.model,
            revision="",
            messages=messages,
            sampling=Sampling(temperature=0.0, top_p=1.0, max_tokens=self.decode.max_new_tokens, seed=0),
            schema="",
            attempt=0,
        )

    def _item(self, key: str, one: Selected, reply: Reply) -> BenchmarkItem:
        options = one.question.options
        found = Read(None, "refused") if reply.finish == "refused" else read(reply.text, one.gold, options)
        return BenchmarkItem(
            arm=self.name,
            benchmark=key,
            method="generation",
            question_id=one.question.id,
            rotation=one.rotation,
            cluster=one.question.cluster,
            subset=one.subset,
            options=len(options),
            gold=listed(map(one.as_given, one.gold)),
            choice="" if found.choice is None else str(one.as_given(found.choice)),
            outcome=found.outcome,
            log_likelihoods=[],
            text=reply.text,
            prompt_tokens=reply.prompt_tokens,
            truncated=False,
        )


def messages_of(one: Selected, spec: BenchmarkSpec, *, arm: bool) -> tuple[Message, ...]:
    """Put the question as the arm's prompt does, examples as earlier turns; or plain, as one text."""
    if not arm:
        return (Message("user", put_plain(one, spec.plain).prompt),)
    told = [
        message
        for shot in one.shots
        for message in (
            Message("user", question_text(shot)),
            Message("assistant", example_answer(spec, shot)),
        )
    ]
    return (Message("system", spec.instruction), *told, Message("user", question_text(one)))


def _asked(one: Selected) -> Question:
    """Return the question as it was shown, under the name of this order of its options."""
    return one.question.model_copy(update={"id": one.name})
