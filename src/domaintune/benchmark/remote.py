"""An arm that a server answers for: it can be asked, but tells no likelihoods."""

from domaintune.benchmark.prompts import example_answer, put_plain, question_text
from domaintune.benchmark.reading import Read, item_of, read
from domaintune.benchmark.selecting import Selected, Selection, rejects_of
from domaintune.benchmark.stage import Scored
from domaintune.core.benchmark_spec import BenchmarkSpec
from domaintune.core.paying.openai_server import ask_endpoint
from domaintune.core.paying.protocol import Failure, Message, Reply, Request, Sampling
from domaintune.core.records.question import BenchmarkItem, Question
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
            requests = {one.name: self._request(messages_of(one, spec, arm=arm)) for one in selection.chosen}
            replies = ask_endpoint(self.endpoint, requests, self.runtime)
            for one in selection.chosen:
                reply = replies[one.name]
                if isinstance(reply, Failure):
                    lost.append((_asked(one), reply.reason, reply.detail))
                else:
                    items.append(self._item(key, one, reply))
        rejects = rejects_of(lost, key, method)
        return Scored(key, method, len(items) + len(rejects), items, rejects, other_ids=0)

    def _request(self, messages: tuple[Message, ...]) -> Request:
        endpoint, greedy = self.endpoint, Sampling(0.0, 1.0, self.decode.max_new_tokens, seed=0)
        return Request(endpoint.provider, endpoint.model, "", messages, greedy, schema="", attempt=0)

    def _item(self, key: str, one: Selected, reply: Reply) -> BenchmarkItem:
        found = read(reply.text, one.gold, one.question.options)
        if reply.finish == "refused":
            found = Read(None, "refused", reply.text)
        return item_of((self.name, key, "generation"), one, found, reply.prompt_tokens, truncated=False)


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
