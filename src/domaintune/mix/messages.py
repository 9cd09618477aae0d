"""A training row as the messages of a conversation, or as an Alpaca prompt."""

from typing import Any

from domaintune.core.records.instruction import Instruction
from domaintune.core.rendering.rendering import (
    Message,
    Refused,
    Rendered,
    Template,
    control_token,
    render,
    render_turns,
)


def render_row(tokenizer: Any, template: Template, row: Instruction) -> Rendered | Refused:
    """Render a row for training.

    Refused are conversations where the prompt is Alpaca, which has one question and no system text, and rows whose
    own text holds a special token: the model would take it for the end of an answer, or for another speaker.
    """
    if found := control_token(tokenizer, _said(row)):
        return Refused("control_token", f"its text holds the model's special token {found}")
    if not row.turns and not row.system:
        return render(tokenizer, template, row.instruction, row.input, row.output)
    if template != "chat":
        return Refused("conversation", "the Alpaca prompt has neither turns nor a system text")
    system, turns = messages_of(row)
    if not turns or turns[-1]["role"] != "assistant":
        return Refused("conversation", "no assistant turn to learn from")
    return render_turns(tokenizer, system, turns)


def messages_of(row: Instruction) -> tuple[str, list[Message]]:
    """Return a row's system text, and its turns up to the last answer.

    The standing instruction stands where it does in a row without system text: after it in the system message, or as
    the user's words where the row has no input.
    """
    if not row.turns:
        parts = [row.system, row.instruction] if row.input else [row.system]
        user = row.input or row.instruction
        return _joined(parts), [_message("user", user), _message("assistant", row.output)]
    turns = [_message(turn.role, turn.content) for turn in row.turns]
    opening = 0
    while opening < len(turns) and turns[opening]["role"] == "system":
        opening += 1
    while len(turns) > opening and turns[-1]["role"] != "assistant":
        turns.pop()
    spoken = [turn["content"] for turn in turns[:opening]]
    return _joined([row.system, row.instruction, *spoken]), turns[opening:]


def _said(row: Instruction) -> str:
    parts = [row.system, row.instruction, row.input, row.output, *(turn.content for turn in row.turns)]
    return "\n".join(parts)


def _message(role: str, content: str) -> Message:
    return {"role": role, "content": content}


def _joined(parts: list[str]) -> str:
    return "\n\n".join(part for part in parts if part)
