"""Dialogues in plain text: a line `<name>: text` begins a turn, a line `<<…>>` or a blank line a dialogue."""

import re
from collections.abc import Iterator
from pathlib import Path

from domaintune.core.records.instruction import Turn
from domaintune.core.tables.cells import SHOWN, BrokenRow
from domaintune.core.tables.encoding import open_text
from domaintune.ingest.drafts import Draft, Example, conversation
from domaintune.ingest.from_conversations import Role
from domaintune.ingest.options import Wrong

PIECE = 1 << 20
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


def read_dialogues(path: Path, max_chars: int) -> Iterator[Example | BrokenRow]:
    """Yield the dialogues of a text file, in its order.

    Raises:
        InputError: no such file, empty, or wrong encoding.
    """
    marked = _has_marks(path)
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


def _has_marks(path: Path) -> bool:
    with open_text(path) as stream:
        return any(BETWEEN.match(line) for line in stream)


def _dialogue(lines: list[str], start: int, length: int, max_chars: int) -> Iterator[Example | BrokenRow]:
    text = "".join(lines)
    if length > max_chars:
        yield BrokenRow(
            f"line {start}", "too_long", f"{length} characters, at most {max_chars}", text[:SHOWN]
        )
    elif text.strip():
        yield Example(f"line {start}", {"dialogue": text}, 1, parse_dialogue(text))


def parse_dialogue(text: str) -> Draft | Wrong:
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
            return Wrong("unknown_role", f"speaker {found['name']!r}; known: {', '.join(SPEAKERS)}")
        elif turns:
            turns[-1][1].append(line)
        elif line.strip():
            return Wrong("no_speaker", f"expected `<name>: text`, got {line.strip()[:80]!r}")
    return conversation([Turn(role=role, content="\n".join(said).strip()) for role, said in turns])
