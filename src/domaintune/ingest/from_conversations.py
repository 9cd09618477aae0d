"""Formats with a list of turns a record: ShareGPT (Vicuna) and OpenAI chat."""

from collections.abc import Mapping
from typing import Any, Literal

from domaintune.core.records.instruction import Turn
from domaintune.ingest.drafts import Draft, category_of, conversation
from domaintune.ingest.options import Wrong

Role = Literal["system", "user", "assistant"]
SHAREGPT: dict[str, Role] = {
    "human": "user", "user": "user",
    "gpt": "assistant", "chatgpt": "assistant", "assistant": "assistant", "bing": "assistant", "bard": "assistant",
    "system": "system",
}  # fmt: skip
"""Who speaks in ShareGPT's files and their descendants."""
OPENAI: dict[str, Role] = {
    "system": "system", "developer": "system", "user": "user", "assistant": "assistant",
}  # fmt: skip
"""Roles of OpenAI's chat format. Calls of tools and their answers have no place in a training row."""


def sharegpt(record: Mapping[str, Any]) -> list[Draft | Wrong]:
    """Read `conversations`: a list of {from, value}. Source: github.com/lm-sys/FastChat, dummy_conversation.json."""
    return [_read(record, "conversations", "from", "value", SHAREGPT)]


def openai_chat(record: Mapping[str, Any]) -> list[Draft | Wrong]:
    """Read `messages`: a list of {role, content}. Source: OpenAI API reference, chat and fine-tuning format."""
    return [_read(record, "messages", "role", "content", OPENAI)]


def _read(
    record: Mapping[str, Any], field: str, speaker: str, said: str, roles: Mapping[str, Role]
) -> Draft | Wrong:
    messages = record.get(field)
    if not isinstance(messages, list) or not all(isinstance(item, Mapping) for item in messages):
        return Wrong("missing_field", f"field {field!r} holds no list of turns with {speaker!r} and {said!r}")
    turns = []
    for number, message in enumerate(messages, 1):
        role = roles.get(str(message.get(speaker)).strip().casefold())
        if role is None:
            return Wrong(
                "unknown_role", f"turn {number} is by {message.get(speaker)!r}; known: {', '.join(roles)}"
            )
        if message.get("weight") == 0:
            return Wrong("not_for_training", f"turn {number} has weight 0, which a row here cannot keep")
        content = _content(message.get(said))
        if content is None:
            return Wrong("not_text", f"turn {number} holds something else than text under {said!r}")
        turns.append(Turn(role=role, content=content))
    return conversation(turns, category_of(record))


def _content(value: Any) -> str | None:
    """Return a turn's text; of parts, all must be text."""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and value:
        texts = [
            part.get("text") for part in value if isinstance(part, Mapping) and part.get("type") == "text"
        ]
        if len(texts) == len(value) and all(isinstance(text, str) for text in texts):
            return "\n".join(map(str, texts))
    return None
