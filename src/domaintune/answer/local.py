"""An arm that is answered here: foundation and adapter loaded as they were trained."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from domaintune.answer.generating import Asked, Generation, generate, split_by_room
from domaintune.answer.questions import Answered, How, Prompted
from domaintune.core.models.foundation import context_length, open_foundation
from domaintune.core.models.loading import load_tokenizer, load_tuned, prepare_torch
from domaintune.core.records.answer import Answer
from domaintune.core.rendering.chat import Refused
from domaintune.core.rendering.rendering import (
    Rendered,
    control_token,
    end_token,
    parts_of,
    render,
    render_turns,
)

NO_TURNS = Refused("conversation", "the Alpaca prompt has one question; set mix.template: chat")


class Tuned(NamedTuple):
    """An arm on this machine."""

    name: str
    described: Mapping[str, Any]
    """`arm.json`."""
    foundation: Path
    adapter: Path


class Local:
    """The foundation, loaded as in training, with the arm's adapter where it has one."""

    def __init__(self, arm: Tuned, how: How) -> None:
        self.arm, self.how = arm, how
        device, opened = prepare_torch(how.runtime), open_foundation(arm.foundation)
        self.tokenizer, self.context = load_tokenizer(opened), context_length(opened.folder)
        self.model = load_tuned(opened, arm.adapter, arm.described, device)
        self.model.eval()

    def answer(self, questions: Sequence[Prompted]) -> Answered:
        """Answer what can be rendered and leaves room for an answer."""
        decode, tokenizer = self.how.decode, self.tokenizer
        rendered = {one.id: self.rendered(one) for one in questions}
        lost = {name: (one.reason, one.detail) for name, one in rendered.items() if isinstance(one, Refused)}
        asked = [Asked(name, one.input_ids) for name, one in rendered.items() if isinstance(one, Rendered)]
        fits, too_long = split_by_room(asked, self.context, decode.max_new_tokens)
        ends = {end_token(tokenizer, self.arm.described["template"]), *_own_ends(self.model)}
        how = Generation(decode, sorted(ends), tokenizer.pad_token_id, self.how.seed)
        answers = [
            Answer(
                arm=self.arm.name,
                question_id=one.id,
                text=tokenizer.decode(one.ids, skip_special_tokens=True).strip(),
                tokens=len(one.ids),
                finished=one.finished,
            )
            for one in generate(self.model, fits, how)
        ]
        detail = "{} prompt tokens leave no room for decode.max_new_tokens = {} in the model's context"
        lost |= {
            one.id: ("too_long", detail.format(len(one.prompt_ids), decode.max_new_tokens))
            for one in too_long
        }
        return Answered(answers, lost)

    def rendered(self, one: Prompted) -> Rendered | Refused:
        """Render a question, or a conversation as it would be trained: what is refused there is not asked here."""
        described = self.arm.described
        template, line = described["template"], described.get("condition_line", "")
        if not one.then:
            return render(self.tokenizer, template, one.instruction, one.input, None, line=line)
        if template != "chat":
            return NO_TURNS
        if found := control_token(self.tokenizer, "\n".join(one.then)):
            return Refused("control_token", f"what was said before holds the model's special token {found}")
        parts = parts_of(one.instruction, one.input, line)
        said = [{"role": role, "content": text} for role, text in one.said(parts.user)]
        return render_turns(self.tokenizer, parts.instruction, said)


def _own_ends(model: Any) -> list[int]:
    """Return the end tokens the model was published with: a chat model may have several."""
    ends = model.generation_config.eos_token_id
    return [ends] if isinstance(ends, int) else list(ends or [])
