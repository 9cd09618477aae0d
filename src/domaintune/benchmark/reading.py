"""Samples of lm-eval, and replies of a server, as records: the likeliest option, or the one that an answer names."""

import math
from collections.abc import Container, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from domaintune.benchmark.lm_eval_model import Prompts, Samples
from domaintune.benchmark.prompts import Put, example_answer, put_plain, question_text
from domaintune.benchmark.selecting import Selected, Selection, listed, rejects_of
from domaintune.benchmark.stage import Scored
from domaintune.core.benchmark_spec import BenchmarkSpec
from domaintune.core.paying.openai_server import ask_endpoint
from domaintune.core.paying.protocol import Message, Reply, Request, Sampling
from domaintune.core.records.question import BenchmarkItem
from domaintune.core.sections.arms import Endpoint
from domaintune.core.sections.evaluation import LocalBenchmark, Method, NamedBenchmark
from domaintune.core.sections.models import Decode, Runtime
from domaintune.core.stage.accounting import Reject
from domaintune.core.stage.errors import ModelError
from domaintune.science.choices.answer_text import read_answer
from domaintune.science.refusals import refuses_to_choose


class Read(NamedTuple):
    """What was read from a text."""

    choice: int | None
    """The chosen option, counted from 0."""
    outcome: Literal["correct", "wrong", "unparsed", "refused"]
    text: str = ""
    """What the model wrote; empty where likelihoods were taken."""
    log_likelihoods: tuple[float, ...] = ()
    """Of the options as they were shown."""


def read(text: str, gold: Container[int], options: Sequence[str]) -> Read:
    """Return the choice and its outcome: right is whichever of `gold`, counted from 0. Who chooses does not refuse.

    A text that names several options names none, even where all of them are right: the question asks for one.
    """
    chosen = read_answer(text, len(options), options)
    if chosen is not None:
        return Read(chosen - 1, "correct" if chosen - 1 in gold else "wrong", text)
    return Read(None, "refused" if refuses_to_choose(text) else "unparsed", text)


def process_results(doc: Mapping[str, Any], results: Sequence[str]) -> dict[str, float]:
    """Score one answer for lm-eval, which gives the row of the data file and the model's text."""
    gold = doc["gold"] if isinstance(doc["gold"], list) else [doc["gold"]]
    return {"acc": float(read(results[0], gold, doc["options"]).outcome == "correct")}


def local_items(
    arm: str, benchmark: str, method: Method, *, puts: Sequence[Put], samples: Samples, prompts: Prompts
) -> list[BenchmarkItem]:
    """Return one item a question and order of its options, with what was seen of its prompt."""
    scored = {sample["doc"]["id"]: sample for task in samples.values() for sample in task}
    assert len(scored) == len(puts), "lm-eval returns every question once"
    items = []
    for put in puts:
        one, sample = put.selected, scored[put.selected.name]
        if method == "generation":
            found = read(str(sample["filtered_resps"][0]), one.gold, one.question.options)
        else:
            found = _likelihood(put, sample, method)
        tokens, cut = prompts.tokens[put.prompt], put.prompt in prompts.truncated
        items.append(item_of((arm, benchmark, method), one, found, tokens, truncated=cut))
    return items


def item_of(
    where: tuple[str, str, Method], one: Selected, found: Read, prompt_tokens: int, *, truncated: bool
) -> BenchmarkItem:
    """Return the record of a scored question, its options numbered as given; `where`: arm, benchmark and method."""
    arm, benchmark, method = where
    values = found.log_likelihoods
    return BenchmarkItem(
        arm=arm,
        benchmark=benchmark,
        method=method,
        question_id=one.question.id,
        rotation=one.rotation,
        cluster=one.question.cluster,
        subset=one.subset,
        options=len(one.question.options),
        gold=listed(map(one.as_given, one.gold)),
        choice="" if found.choice is None else str(one.as_given(found.choice)),
        outcome=found.outcome,
        log_likelihoods=[*values[-one.rotation :], *values[: -one.rotation]],
        text=found.text,
        prompt_tokens=prompt_tokens,
        truncated=truncated,
    )


def _likelihood(put: Put, sample: dict[str, Any], method: Method) -> Read:
    values = finite([float(value) for value, _ in sample["filtered_resps"]])
    per_character = method == "continuation_norm"
    best = likeliest(values, put.choices if per_character else None)
    right = best in put.selected.gold
    counted = sample["acc_norm" if per_character else "acc"]
    assert right == (counted == 1.0), "lm-eval counts the first of the most likely options"
    return Read(best, "correct" if right else "wrong", log_likelihoods=tuple(values))


def likeliest(values: Sequence[float], texts: Sequence[str] | None) -> int:
    """Return the first of the most likely options, per character of their texts where these are given.

    Source: lm-eval 0.4.13, api/task.py: `acc` and `acc_norm`.
    """
    lengths = [1] * len(values) if texts is None else [len(text) for text in texts]
    scores = [value / length for value, length in zip(values, lengths, strict=True)]
    return max(range(len(scores)), key=lambda i: scores[i])


def finite(values: list[float]) -> list[float]:
    """Return the values, or stop where one is not a number: the largest of them would mean nothing."""
    if not all(math.isfinite(value) for value in values):
        raise ModelError(
            f"the model gives log-likelihoods that are no numbers ({values}). Its training may have diverged: look at "
            "its loss curve; or set train.precision to fp32."
        )
    return values


NEEDS_WEIGHTS = ("needs_weights", "the arm is a served model, which does not tell how likely a given text is")


class RemoteArm:
    """A served model: asks each question once, greedily; what was answered before comes from the ledger, unpaid."""

    def __init__(self, name: str, endpoint: Endpoint, decode: Decode, runtime: Runtime) -> None:
        self.name, self.endpoint, self.decode, self.runtime = name, endpoint, decode, runtime

    def score_local(
        self, key: str, benchmark: LocalBenchmark, selection: Selection, spec: BenchmarkSpec
    ) -> list[Scored]:
        """Score with generation; likelihood is declined."""
        return [self._score(key, benchmark, method, selection, spec) for method in benchmark.methods]

    def score_named(self, key: str, benchmark: NamedBenchmark) -> list[Scored]:
        """Decline: which questions a task has is known only where it is run, so a task is one row."""
        tasks = benchmark.tasks
        rejects = [Reject.of("benchmark", f"{key}:{task}", *NEEDS_WEIGHTS, task) for task in tasks]
        return [Scored(key, "lm_eval", len(rejects), [], rejects, other_ids=0)]

    def _score(
        self, key: str, benchmark: LocalBenchmark, method: Method, selection: Selection, spec: BenchmarkSpec
    ) -> Scored:
        lost = list(selection.lost)
        items: list[BenchmarkItem] = []
        server, greedy = self.endpoint, Sampling(0.0, 1.0, self.decode.max_new_tokens, seed=0)
        requests = {}
        for one in selection.chosen if method == "generation" else []:
            messages = messages_of(one, spec, arm=benchmark.prompt == "arm")
            requests[one.name] = Request(
                server.provider, server.model, "", messages, greedy, schema="", attempt=0
            )
        replies = ask_endpoint(server, requests, self.runtime) if requests else {}
        for one in selection.chosen:
            reply = replies.get(one.name)
            if not isinstance(reply, Reply):
                why = NEEDS_WEIGHTS if reply is None else (reply.reason, reply.detail)
                # as it was shown, under the name of this order of its options
                lost.append((one.question.model_copy(update={"id": one.name}), *why))
                continue
            found = read(reply.text, one.gold, one.question.options)
            found = Read(None, "refused", reply.text) if reply.finish == "refused" else found
            items.append(item_of((self.name, key, method), one, found, reply.prompt_tokens, truncated=False))
        rejects = rejects_of(lost, key, method)
        return Scored(key, method, len(items) + len(rejects), items, rejects, other_ids=0)


def messages_of(one: Selected, spec: BenchmarkSpec, *, arm: bool) -> tuple[Message, ...]:
    """Put the question as the arm's prompt does, examples as earlier turns; or plain, as one text."""
    if not arm:
        return (Message("user", put_plain(one, spec.plain).prompt),)
    told: list[Message] = []
    for shot in one.shots:
        told += [Message("user", question_text(shot)), Message("assistant", example_answer(spec, shot))]
    return (Message("system", spec.instruction), *told, Message("user", question_text(one)))
