"""What answers for an arm: its own weights on this machine, or a server, asked through the ledger."""

from collections.abc import Sequence
from pathlib import Path

from domaintune.answer.generating import Asked, Generation, generate, split_by_room
from domaintune.answer.questions import Answered, How, Prompted
from domaintune.core.models.generating import load_arm
from domaintune.core.paying.openai_server import ask_endpoint
from domaintune.core.paying.protocol import Failure, Message, Request, Sampling
from domaintune.core.records.answer import Answer
from domaintune.core.rendering.chat import Refused
from domaintune.core.rendering.rendering import Rendered, control_token, parts_of, render, render_turns
from domaintune.core.sections.arms import Endpoint
from domaintune.core.sections.models import Decode

NO_TURNS = Refused("conversation", "the Alpaca prompt has one question; set mix.template: chat")


class Local:
    """The foundation, loaded as in training, with the arm's adapter where it has one."""

    def __init__(self, name: str, foundation: Path, adapter: Path, how: How) -> None:
        self.name, self.how = name, how
        self.loaded = load_arm(foundation, adapter, how.runtime)

    def answer(self, questions: Sequence[Prompted]) -> Answered:
        """Answer what can be rendered and leaves room for an answer."""
        decode, loaded = self.how.decode, self.loaded
        rendered = {one.id: self.rendered(one) for one in questions}
        lost = {name: (one.reason, one.detail) for name, one in rendered.items() if isinstance(one, Refused)}
        asked = [Asked(name, one.input_ids) for name, one in rendered.items() if isinstance(one, Rendered)]
        fits, too_long = split_by_room(asked, loaded.context, decode.max_new_tokens)
        how = Generation(decode, loaded.ends, loaded.tokenizer.pad_token_id, self.how.seed)
        answers = [
            Answer(
                arm=self.name,
                question_id=one.id,
                text=loaded.tokenizer.decode(one.ids, skip_special_tokens=True).strip(),
                tokens=len(one.ids),
                finished=one.finished,
            )
            for one in generate(loaded.model, fits, how)
        ]
        detail = "{} prompt tokens leave no room for decode.max_new_tokens = {} in the model's context"
        lost |= {
            one.id: ("too_long", detail.format(len(one.prompt_ids), decode.max_new_tokens))
            for one in too_long
        }
        return Answered(answers, lost)

    def rendered(self, one: Prompted) -> Rendered | Refused:
        """Render a question, or a conversation as it would be trained: what is refused there is not asked here."""
        tokenizer, template, line = self.loaded.tokenizer, self.loaded.template, self.loaded.line
        if not one.then:
            return render(tokenizer, template, one.instruction, one.input, None, line=line)
        if template != "chat":
            return NO_TURNS
        if found := control_token(tokenizer, "\n".join(one.then)):
            return Refused("control_token", f"what was said before holds the model's special token {found}")
        parts = parts_of(one.instruction, one.input, line)
        said = [{"role": role, "content": text} for role, text in one.said(parts.user)]
        return render_turns(tokenizer, parts.instruction, said)


def answer_remotely(arm: str, endpoint: Endpoint, questions: Sequence[Prompted], how: How) -> Answered:
    """Ask the server each question once; what it answered before comes from the ledger.

    Raises:
        TeacherError: the server cannot be reached or keeps failing.
    """
    requests = requests_of(questions, endpoint, how.decode, how.seed)
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


def requests_of(
    questions: Sequence[Prompted], endpoint: Endpoint, decode: Decode, seed: int
) -> dict[str, Request]:
    """Return each question's request by the question's id."""
    return {one.id: request_of(one, endpoint, decode, seed) for one in questions}


def request_of(one: Prompted, endpoint: Endpoint, decode: Decode, seed: int) -> Request:
    """Return the request, with system text and user's words as a chat template has them.

    A served arm was not trained on grades here: it has no control prefix.
    """
    parts = parts_of(one.instruction, one.input, "")
    system = (Message("system", parts.instruction),) if parts.instruction else ()
    messages = (*system, *(Message(role, text) for role, text in one.said(parts.user)))
    sampling = sampling_of(decode, seed)
    return Request(endpoint.provider, endpoint.model, "", messages, sampling, schema="", attempt=0)
