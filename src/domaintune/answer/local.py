"""An arm that is answered here: foundation and adapter loaded as they were trained."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from domaintune.answer.generating import Asked, Generation, generate, split_by_room
from domaintune.answer.prompted import Answered, How, Prompted
from domaintune.core.models.loading import (
    context_length,
    load_tokenizer,
    open_foundation,
    prepare_torch,
)
from domaintune.core.models.tuned import load_tuned
from domaintune.core.records.answer import Answer
from domaintune.core.rendering.rendering import end_token, render


class Tuned(NamedTuple):
    """An arm on this machine."""

    name: str
    described: Mapping[str, Any]
    """`arm.json`."""
    foundation: Path
    adapter: Path


def answer_locally(arm: Tuned, questions: Sequence[Prompted], how: How) -> Answered:
    """Answer with the foundation, loaded as in training, and the arm's adapter where it has one."""
    decode = how.decode
    device, opened = prepare_torch(how.runtime), open_foundation(arm.foundation)
    tokenizer = load_tokenizer(opened)
    template, line = arm.described["template"], arm.described.get("condition_line", "")
    asked = [
        Asked(one.id, render(tokenizer, template, one.instruction, one.input, None, line=line).input_ids)
        for one in questions
    ]
    fits, too_long = split_by_room(asked, context_length(opened.folder), decode.max_new_tokens)
    model = load_tuned(opened, arm.adapter, arm.described, device)
    model.eval()
    ends = {end_token(tokenizer, template), *_own_ends(model)}
    answers = [
        Answer(
            arm=arm.name,
            question_id=one.id,
            text=tokenizer.decode(one.ids, skip_special_tokens=True).strip(),
            tokens=len(one.ids),
            finished=one.finished,
        )
        for one in generate(model, fits, Generation(decode, sorted(ends), tokenizer.pad_token_id, how.seed))
    ]
    detail = "{} prompt tokens leave no room for decode.max_new_tokens = {} in the model's context"
    lost = {
        one.id: ("too_long", detail.format(len(one.prompt_ids), decode.max_new_tokens)) for one in too_long
    }
    return Answered(answers, lost)


def _own_ends(model: Any) -> list[int]:
    """Return the end tokens the model was published with: a chat model may have several."""
    ends = model.generation_config.eos_token_id
    return [ends] if isinstance(ends, int) else list(ends or [])
