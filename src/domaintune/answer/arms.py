"""What an arm is asked, turn by turn, and what answers: its weights here, or a server through the ledger."""

from collections.abc import Callable, Sequence
from itertools import chain, pairwise
from math import inf
from pathlib import Path
from typing import Literal, NamedTuple

from domaintune.answer.generating import generate
from domaintune.core.models.generating import load_arm
from domaintune.core.paying.openai_server import ask_endpoint
from domaintune.core.paying.protocol import Failure, Message, Request, Sampling
from domaintune.core.records.question import Answer, Question
from domaintune.core.rendering.chat import Refused
from domaintune.core.rendering.rendering import Rendered, control_token, parts_of, render, render_turns
from domaintune.core.sections.arms import Endpoint
from domaintune.core.sections.evaluation import Questions
from domaintune.core.sections.models import Decode, Runtime
from domaintune.core.stage.progress import spend, track


class How(NamedTuple):
    """How the questions are chosen and answered."""

    wanted: Questions
    decode: Decode
    runtime: Runtime
    seed: int


class Prompted(NamedTuple):
    """A question's id with its standing instruction and input, of a later turn the first one's; one may be empty."""

    id: str
    instruction: str
    input: str
    then: tuple[str, ...] = ()
    """What was said after it, up to the turn that is asked: the arm's answer, the user's next turn, and so on."""

    def said(self, user: str) -> list[tuple[Literal["user", "assistant"], str]]:
        """Return who said what, up to the turn that is asked; `user`: the first words, as `parts_of` gives them."""
        return [("assistant" if at % 2 else "user", text) for at, text in enumerate((user, *self.then))]


class Answered(NamedTuple):
    """Answers, and the questions that got none."""

    answers: list[Answer]
    lost: dict[str, tuple[str, str]]
    """Question id → reason (too_long, refused, …) and detail."""


def ask_in_turns(
    selected: Sequence[Question], wanted: Questions, ask: Callable[[list[Prompted]], Answered]
) -> Answered:
    """Ask all first turns, then all second ones with what was answered before them; one after no answer is lost."""
    by_id = {question.id: question for question in selected}
    answers: dict[str, Answer] = {}
    lost: dict[str, tuple[str, str]] = {}
    for turn in sorted({question.turn for question in selected}):
        prompts: list[Prompted] = []
        for question in (one for one in selected if one.turn == turn):
            if silent := [name for name in question.before if name not in answers]:
                lost[question.id] = "no_answer_before", f"there is no answer to {silent[0]}, an earlier turn"
                continue
            turns = [*(by_id[name] for name in question.before), question]
            pairs = ((answers[before.id].text, now.question) for before, now in pairwise(turns))
            first, then = input_text(turns[0], wanted.context), tuple(chain.from_iterable(pairs))
            prompts.append(Prompted(question.id, turns[0].instruction, first, then))
        if prompts:
            found = ask(prompts)
            answers |= {answer.question_id: answer for answer in found.answers}
            lost |= found.lost
    return Answered(list(answers.values()), lost)


def input_text(question: Question, context: str) -> str:
    """Return the row's input: the question, with its document after it where `context` is document and it has one."""
    shown = context == "document" and question.context
    return f"{question.question}\n\n{question.context}" if shown else question.question


class Local:
    """The foundation, loaded as in training, with the arm's adapter where it has one."""

    def __init__(self, name: str, foundation: Path, adapter: Path, how: How) -> None:
        self.name, self.how = name, how
        self.loaded = load_arm(foundation, adapter, how.runtime)

    def answer(self, questions: Sequence[Prompted]) -> Answered:
        """Answer what can be rendered and leaves room for an answer."""
        decode, loaded = self.how.decode, self.loaded
        rendered = {one.id: self.rendered(one) for one in questions}
        room = inf if loaded.context is None else loaded.context - decode.max_new_tokens
        lost: dict[str, tuple[str, str]] = {}
        asked: dict[str, list[int]] = {}
        for name, one in rendered.items():
            if isinstance(one, Refused):
                lost[name] = (one.reason, one.detail)
            elif len(one.input_ids) <= room:
                asked[name] = one.input_ids
            else:  # no prompt is cut
                most = f"decode.max_new_tokens = {decode.max_new_tokens} in the model's context"
                lost[name] = ("too_long", f"{len(one.input_ids)} prompt tokens leave no room for {most}")
        written = generate(loaded, asked, decode, self.how.seed)
        answers = [
            Answer(
                arm=self.name,
                question_id=name,
                text=loaded.tokenizer.decode(ids, skip_special_tokens=True).strip(),
                tokens=len(ids),
                finished=finished,
            )
            for name, (ids, finished) in track(written, len(asked), "answering")
        ]
        spend(tokens_written=sum(answer.tokens for answer in answers))
        return Answered(answers, lost)

    def rendered(self, one: Prompted) -> Rendered | Refused:
        """Render a question, or a conversation as it would be trained: what is refused there is not asked here."""
        tokenizer, template, line = self.loaded.tokenizer, self.loaded.template, self.loaded.line
        if not one.then:
            return render(tokenizer, template, one.instruction, one.input, None, line=line)
        if template != "chat":
            return Refused("conversation", "the Alpaca prompt has one question; set mix.template: chat")
        if found := control_token(tokenizer, "\n".join(one.then)):
            return Refused("control_token", f"what was said before holds the model's special token {found}")
        standing, user = parts_of(one.instruction, one.input, line)
        said = [{"role": role, "content": text} for role, text in one.said(user)]
        return render_turns(tokenizer, standing, said)


def answer_remotely(arm: str, endpoint: Endpoint, questions: Sequence[Prompted], how: How) -> Answered:
    """Ask the server each question once; what it answered before comes from the ledger."""
    requests = {one.id: request_of(one, endpoint, how.decode, how.seed) for one in questions}
    answers: list[Answer] = []
    lost: dict[str, tuple[str, str]] = {}
    for name, reply in sorted(ask_endpoint(endpoint, requests, how.runtime).items()):
        if isinstance(reply, Failure):
            lost[name] = (reply.reason, reply.detail)
        elif reply.finish == "refused":
            lost[name] = ("refused", reply.text)
        else:
            text, finished = reply.text.strip(), reply.finish == "stop"
            tokens = reply.completion_tokens
            answers.append(Answer(arm=arm, question_id=name, text=text, tokens=tokens, finished=finished))
    return Answered(answers, lost)


def sampling_of(decode: Decode, seed: int) -> Sampling:
    """Return the sampling parameters of a request; temperature 0.0 is how the protocol says greedy."""
    if not decode.do_sample:
        return Sampling(temperature=0.0, top_p=1.0, max_tokens=decode.max_new_tokens, seed=0)
    return Sampling(decode.temperature, decode.top_p, decode.max_new_tokens, seed)


def request_of(one: Prompted, endpoint: Endpoint, decode: Decode, seed: int) -> Request:
    """Return the request, with system text and user's words as a chat template has them."""
    standing, user = parts_of(one.instruction, one.input, "")  # no control prefix: not trained on grades here
    system = (Message("system", standing),) if standing else ()
    messages = (*system, *(Message(role, text) for role, text in one.said(user)))
    sampling = sampling_of(decode, seed)
    return Request(endpoint.provider, endpoint.model, "", messages, sampling, schema="", attempt=0)
