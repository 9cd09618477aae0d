"""A training row as the messages of a conversation, or as an Alpaca prompt."""

from typing import Any

from domaintune.core.records.instruction import Instruction
from domaintune.core.rendering.chat import Message, Refused
from domaintune.core.rendering.rendering import (
    Rendered,
    Template,
    control_token,
    parts_of,
    render,
    render_turns,
)


def render_row(tokenizer: Any, template: Template, row: Instruction, line: str = "") -> Rendered | Refused:
    """Render a row for training. `line` tells the quality of its answer: see `parts_of`.

    Refused are conversations where the prompt is Alpaca, which has one question and no system text, and rows whose
    own text holds a special token: the model would take it for the end of an answer, or for another speaker.
    """
    if found := control_token(tokenizer, "\n".join(row.texts())):
        return Refused("control_token", f"its text holds the model's special token {found}")
    if not row.turns and not row.system:
        return render(tokenizer, template, row.instruction, row.input, row.output, line=line)
    if template != "chat":
        return Refused("conversation", "the Alpaca prompt has neither turns nor a system text")
    system, turns = messages_of(row, line)
    if not turns or turns[-1]["role"] != "assistant":
        return Refused("conversation", "no assistant turn to learn from")
    return render_turns(tokenizer, system, turns)


def messages_of(row: Instruction, line: str = "") -> tuple[str, list[Message]]:
    """Return a row's system text, and its turns up to the last answer.

    The standing instruction stands where it does in a row without system text: after it in the system message, or as
    the user's words where the row has no input. The line stands with it, in a conversation without a standing
    instruction behind the user's first words: so it does when a question is asked.
    """
    if not row.turns:
        parts = parts_of(row.instruction, row.input, line)
        turns = [_message("user", parts.user), _message("assistant", row.output)]
        return _joined([row.system, parts.instruction]), turns
    turns = [_message(turn.role, turn.content) for turn in row.turns]
    opening = 0
    while opening < len(turns) and turns[opening]["role"] == "system":
        opening += 1
    while len(turns) > opening and turns[-1]["role"] != "assistant":
        turns.pop()
    spoken, turns = [turn["content"] for turn in turns[:opening]], turns[opening:]
    standing = row.instruction
    if line and not standing and turns and turns[0]["role"] == "user":
        turns[0] = _message("user", parts_of("", turns[0]["content"], line).user)
    elif line:
        standing = _joined([standing, line])
    return _joined([row.system, standing, *spoken]), turns


def _message(role: str, content: str) -> Message:
    return {"role": role, "content": content}


def _joined(parts: list[str]) -> str:
    return "\n\n".join(part for part in parts if part)
