"""A model's own chat template: what stands before an answer, and what ends it.

A template is a program that writes a whole conversation; where an answer begins and ends in it is found by
letting it write a word of ours as the answer. It needs no `{% generation %}` markers, which few templates have.

The text before an answer is the template's generation prompt where a finished conversation goes on from it; white
space that the template writes between the two belongs to the answer, because a model has to write it. A template
whose finished conversation does not go on from its generation prompt (one opens a block of thoughts that the other
lacks, or closes one) is asked and trained with what stands before the answer in a finished conversation: our rows
hold no thoughts.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Any, NamedTuple

from jinja2 import TemplateError

from domaintune.core.stage.errors import ModelError

Message = Mapping[str, str]
"""`role` (system, user or assistant) and `content`."""

WORD, OTHER = "domaintune", "enutniamod"
# Some templates write today's date, with which the same rows would be other tokens tomorrow. Llama 3.1's own default.
DATE = "26 Jul 2024"
FIXED_DATE = "{% macro strftime_now(format) %}" + DATE + "{% endmacro %}"


class Refused(NamedTuple):
    """Why a row cannot be rendered."""

    reason: str
    detail: str


class Piece(NamedTuple):
    """A stretch of a rendered conversation."""

    text: str
    answer: bool
    """True for an answer with what the template writes around it, up to the end of the turn."""


class Style(NamedTuple):
    """What a template does, whatever the conversation."""

    takes_system: bool
    """False where it refuses a system message, or leaves its text out: at once, or once an answer follows."""
    end: str
    """The special token after an answer; empty where it writes none."""


def conversation(tokenizer: Any, system: str, turns: Sequence[Message]) -> list[Message]:
    """Put the system text before the turns; into the first user turn where the template does not keep it."""
    if not system:
        return list(turns)
    asked = next((at for at, turn in enumerate(turns) if turn["role"] == "user"), None)
    if asked is None or style_of(tokenizer).takes_system:
        return [{"role": "system", "content": system}, *turns]
    told = {"role": "user", "content": f"{system}\n\n{turns[asked]['content']}"}
    return [*turns[:asked], told, *turns[asked + 1 :]]


def cut_at_answers(tokenizer: Any, messages: Sequence[Message]) -> list[Piece] | Refused:
    """Cut a conversation into what is given and what is answered; the last user turn waits for its answer.

    Joined up to an answer, the pieces are what the model is asked with: a template that writes an earlier turn
    otherwise once another follows is refused, because no single text would hold both.
    """
    done: list[Piece] = []
    text = ""
    answers = [at for at, message in enumerate(messages) if message["role"] == "assistant"]
    asked = [] if messages[-1]["role"] == "assistant" else [len(messages)]
    try:
        for at in (*answers, *asked):
            content = messages[at]["content"] if at < len(messages) else ""
            prompt, answer = _turn(tokenizer, messages[:at], content)
            if not prompt.startswith(text) or (done and not style_of(tokenizer).end):
                return Refused("conversation", "the chat template writes an earlier turn differently later")
            done.append(Piece(prompt[len(text) :], answer=False))
            if at < len(messages):
                done.append(Piece(answer, answer=True))
            text = prompt + answer
    except TemplateError as error:
        return Refused("conversation", f"the chat template refuses it: {error}")
    return done


def style_of(tokenizer: Any) -> Style:
    """Return what the tokenizer's template does."""
    template = tokenizer.chat_template
    if not (template.get("default") if isinstance(template, dict) else template):
        raise ModelError(
            "mix.template is `chat`, but the model's tokenizer has no chat template; use `alpaca`, or a chat "
            "model"
        )
    return _style(tokenizer, str(template))


@lru_cache(maxsize=8)
def _style(tokenizer: Any, _template: str) -> Style:
    """Try the template once; its text is an argument so that another one is tried anew."""
    user = {"role": "user", "content": WORD}
    try:
        tail = _around(tokenizer, [user])[1]
    except TemplateError as error:
        raise ModelError(
            f"the model's chat template cannot write a question and its answer ({error}); use `alpaca`"
        ) from error
    # the special token that stands first after the answer, the longest where several begin there
    found = [(tail.index(end), -len(end), end) for end in tokenizer.all_special_tokens if end in tail]
    return Style(_keeps_system(tokenizer, user), min(found)[2] if found else "")


def _keeps_system(tokenizer: Any, user: Message) -> bool:
    """Tell whether a system text stands at one place, before and after an answer and with a second question.

    Some templates write it beside the last message if that is a question: it is asked with, and no row holds it.
    """
    told = [{"role": "system", "content": OTHER}, user]
    try:
        written = [_write(tokenizer, told, prompt=True), _around(tokenizer, told)[0]]
    except TemplateError:
        return False
    again = [*told, {"role": "assistant", "content": WORD}, user]
    with suppress(TemplateError):  # where it takes one question only
        written += [_write(tokenizer, again, prompt=True), _around(tokenizer, again)[0]]
    before, kept, _ = written[0].partition(OTHER)
    return bool(kept) and all(text.startswith(before + kept) for text in written)


def _turn(tokenizer: Any, before: Sequence[Message], content: str) -> tuple[str, str]:
    """Return the text before an answer, and the answer with what the template writes around it."""
    head, tail = _around(tokenizer, before)
    prompt = _write(tokenizer, before, prompt=True)
    if not head.startswith(prompt) or head[len(prompt) :].strip():
        prompt = head
    end = style_of(tokenizer).end
    closing = tail[: tail.index(end) + len(end)] if end in tail else end
    return prompt, head[len(prompt) :] + _written(tokenizer, before, content, head, tail) + closing


def _around(tokenizer: Any, before: Sequence[Message]) -> tuple[str, str]:
    """Return the text before and after an answer in a finished conversation."""
    whole = _write(tokenizer, [*before, {"role": "assistant", "content": WORD}], prompt=False)
    head, found, tail = whole.rpartition(WORD)
    if not found:
        raise ModelError("the model's chat template does not write the assistant's words; use `alpaca`")
    return head, tail


def _written(tokenizer: Any, before: Sequence[Message], content: str, head: str, tail: str) -> str:
    """Return the answer as the template writes it: some strip it, and that is how it will be read later."""
    if content == content.strip():
        return content
    whole = _write(tokenizer, [*before, {"role": "assistant", "content": content}], prompt=False)
    inner = whole.removeprefix(head).removesuffix(tail)
    return inner if head + inner + tail == whole and inner.strip() == content.strip() else content


def _write(tokenizer: Any, messages: Sequence[Message], prompt: bool) -> str:
    template = tokenizer.get_chat_template()
    return str(
        tokenizer.apply_chat_template(
            [dict(message) for message in messages],
            chat_template=FIXED_DATE + template if "strftime_now" in template else template,
            tokenize=False,
            add_generation_prompt=prompt,
            enable_thinking=False,
            date_string=DATE,
        )
    )
