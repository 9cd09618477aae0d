"""Formats of conversations: ShareGPT (Vicuna), OpenAI chat, and dialogues in plain text."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from domaintune.core.records.instruction import Turn
from domaintune.core.stage.accounting import Loss
from domaintune.core.tables.cells import SHOWN, BrokenRow
from domaintune.core.tables.encoding import open_text
from domaintune.ingest.raw_instruction import Draft, Example, ToDrafts, category_of, conversation

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
BETWEEN = re.compile(r"^\s*(?:<<[^<>]*>>|[-=*#]{3,})\s*$")
"""A line between dialogues."""
MARKED = re.compile(r"\s*(?P<open>[<\[(])(?P<name>[^<>\[\]()]{1,30})[>\])]\s*[::]\s*")
PLAIN = re.compile(r"\s*(?P<name>[^\W\d_][\w ]{0,19}?)\s*[::]\s*")
"""A speaker at the beginning of a line. The first line tells which of the two a dialogue uses."""
SPEAKERS: dict[str, Role] = {
    "사람": "user", "사용자": "user", "질문자": "user", "고객": "user", "질문": "user", "user": "user",
    "human": "user", "customer": "user", "q": "user",
    "챗봇": "assistant", "봇": "assistant", "상담원": "assistant", "답변": "assistant", "인공지능": "assistant",
    "assistant": "assistant", "bot": "assistant", "chatbot": "assistant", "ai": "assistant", "gpt": "assistant",
    "a": "assistant",
    "system": "system", "시스템": "system",
}  # fmt: skip
"""Names of speakers, in small letters."""


def turns_in(field: str, speaker: str, said: str, roles: Mapping[str, Role]) -> ToDrafts:
    """Return the reader of records whose field is a list of turns, each with its speaker and what is said."""
    return lambda record: [_read(record, field, speaker, said, roles)]


def _read(
    record: Mapping[str, Any], field: str, speaker: str, said: str, roles: Mapping[str, Role]
) -> Draft | Loss:
    messages = record.get(field)
    if not isinstance(messages, list) or not all(isinstance(item, Mapping) for item in messages):
        return Loss("missing_field", f"field {field!r} holds no list of turns with {speaker!r} and {said!r}")
    turns = []
    for number, message in enumerate(messages, 1):
        role = roles.get(str(message.get(speaker)).strip().casefold())
        if role is None:
            return Loss(
                "unknown_role", f"turn {number} is by {message.get(speaker)!r}; known: {', '.join(roles)}"
            )
        if message.get("weight") == 0:
            return Loss("not_for_training", f"turn {number} has weight 0, which a row here cannot keep")
        content = _content(message.get(said))
        if content is None:
            return Loss("not_text", f"turn {number} holds something else than text under {said!r}")
        turns.append(Turn(role=role, content=content))
    return conversation(turns, category_of(record))


def _content(value: Any) -> str | None:
    """Return a turn's text; of parts, all must be text."""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and value:
        known = [part for part in value if isinstance(part, Mapping) and part.get("type") == "text"]
        texts = [part["text"] for part in known if isinstance(part.get("text"), str)]
        return "\n".join(texts) if len(texts) == len(value) else None
    return None


def read_dialogues(path: Path, max_chars: int) -> Iterator[Example | BrokenRow]:
    """Yield the dialogues of a text file, in its order."""
    with open_text(path) as stream:
        marked = any(BETWEEN.match(line) for line in stream)
    lines: list[str] = []
    start = length = 0
    with open_text(path) as stream:
        for number, line in enumerate(stream, 1):
            if BETWEEN.match(line) if marked else not line.strip():
                yield from _dialogue(lines, start, length, max_chars)
                lines, length = [], 0
                continue
            start = start if lines else number
            length += len(line)
            if length <= max_chars:
                lines.append(line)
    yield from _dialogue(lines, start, length, max_chars)


def _dialogue(lines: list[str], start: int, length: int, max_chars: int) -> Iterator[Example | BrokenRow]:
    text = "".join(lines)
    if length > max_chars:
        yield BrokenRow(
            f"line {start}", "too_long", f"{length} characters, at most {max_chars}", text[:SHOWN]
        )
    elif text.strip():
        yield Example(f"line {start}", {"dialogue": text}, 1, parse_dialogue(text))


def parse_dialogue(text: str) -> Draft | Loss:
    """Return the dialogue's turns; a line without a speaker goes on with the turn before."""
    turns: list[tuple[Role, list[str]]] = []
    first = next(line for line in text.splitlines() if line.strip())
    spoken = MARKED if MARKED.match(first) else PLAIN
    for line in text.splitlines():
        found = spoken.match(line)
        role = SPEAKERS.get(found["name"].strip().casefold()) if found else None
        if found and role:
            turns.append((role, [line[found.end() :]]))
        elif found and (
            spoken is MARKED or line == first
        ):  # somebody else speaks: not part of the turn before
            return Loss("unknown_role", f"speaker {found['name']!r}; known: {', '.join(SPEAKERS)}")
        elif turns:
            turns[-1][1].append(line)
        elif line.strip():
            return Loss("no_speaker", f"expected `<name>: text`, got {line.strip()[:80]!r}")
    return conversation([Turn(role=role, content="\n".join(said).strip()) for role, said in turns])
